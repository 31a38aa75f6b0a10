/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to usrloc: how it is bound, and what the engine must know of it.
 */
#include "kj_usrloc.h"
#include "kw_message.h"

#include <string.h>

#include "core/cfg/cfg_ctx.h"
#include "core/dset.h"
#include "core/script_cb.h"

struct kj_ul kj_ul = {.flagged = -1};

void kj_usrloc_mark(int64_t bits)
{
	kj_ul.marks |= bits & ~(int64_t)KW_UL_OWN;
}

void kj_usrloc_branch_flag(int64_t number)
{
	if(number < 0 || number > 31)
		return;
	kj_ul.flagged = (int)number;
	setbflag(0, (flag_t)number);
}

static int script_ended(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)msg;
	(void)flags;
	(void)param;
	kj_ul.marks = 0;
	if(kj_ul.flagged >= 0)
		resetbflag(0, (flag_t)kj_ul.flagged);
	kj_ul.flagged = -1;
	return 1;
}

int kj_usrloc_use(const struct kj_module *m)
{
	bind_usrloc_t bind =
			(bind_usrloc_t)(void *)find_export("ul_bind_usrloc", 1, 0);

	if(kj_ul.bound)
		return 0;
	if(bind == NULL || bind(&kj_ul.api) < 0) {
		LM_ERR("module %s needs usrloc: load it before\n", m->name);
		return -1;
	}
	if(kj_ul.api.register_ulcb(UL_CONTACT_INSERT | UL_CONTACT_UPDATE
									   | UL_CONTACT_DELETE | UL_CONTACT_EXPIRE,
			   kj_usrloc_changed, NULL)
			< 0) {
		LM_ERR("module %s can not hear of usrloc's changes\n", m->name);
		return -1;
	}
	if(register_script_cb(script_ended, POST_SCRIPT_CB | REQUEST_CB, 0) < 0)
		return -1;
	kj_ul.bound = 1;
	return 0;
}

void kj_usrloc_child(int rank)
{
	if(!kj_ul.bound)
		return;
	/* each process its own, and none before the forks */
	if(rank != PROC_INIT && rank != PROC_MAIN
			&& sruid_init(&kj_ul.ruids, '-', "", SRUID_INC) < 0)
		LM_ERR("no unique ids for contacts\n");
	/* usrloc has come before: it reads its database in this process */
	if(rank == PROC_SIPINIT && kj_state.base != NULL)
		atomic_store(&kw_header(kj_state.base)->usrloc_loaded, 1);
}

int kj_usrloc_table(const char *name)
{
	udomain_t *d;

	if(!kj_ul.bound || name[0] == '\0' || strlen(name) >= KJ_NAME
			|| strchr(name, '$') != NULL
			|| kj_ul.api.register_udomain(name, &d) < 0) {
		LM_ERR("usrloc has no table %s\n", name);
		return -1;
	}
	return 0;
}

static int registrar(char *name, void **value, unsigned int *type)
{
	static cfg_ctx_t *ctx;
	str group = str_init("registrar");
	str var = {name, (int)strlen(name)};

	if(ctx == NULL && cfg_register_ctx(&ctx, NULL) < 0)
		return -1;
	return cfg_get_by_name(ctx, &group, NULL, &var, value, type) == 0 ? 0 : -1;
}

void kj_usrloc_config(struct kw_tlv_writer *w)
{
	void *value;
	unsigned int type;
	uint32_t mark;

	if(!kj_ul.bound)
		return;
	mark = kw_tlv_begin(w, KW_T_USRLOC);
	kw_tlv_int(w, KW_T_UL_USE_DOMAIN, kj_ul.api.use_domain != 0);
	kw_tlv_int(w, KW_T_UL_DB_ONLY, kj_ul.api.db_mode == DB_ONLY);
	if(registrar("case_sensitive", &value, &type) == 0 && type == CFG_VAR_INT)
		kw_tlv_int(w, KW_T_UL_CASE_SENSITIVE, (long)value != 0);
	if(registrar("realm_pref", &value, &type) == 0 && type == CFG_VAR_STR)
		kw_tlv_bytes(w, KW_T_UL_REALM_PREFIX, ((const str *)value)->s,
				(uint32_t)((const str *)value)->len);
	kw_tlv_end(w, mark);
}
