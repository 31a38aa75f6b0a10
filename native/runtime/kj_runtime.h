/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The runtime's parts among themselves. One state per Kamailio process (a
 * fork's copy of main's), no threads: every function here is called from the
 * one thread of a Kamailio process unless it says "engine process".
 */
#ifndef KJ_RUNTIME_H
#define KJ_RUNTIME_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "kj_api.h"
#include "kw_deferral.h"
#include "kw_frame.h"
#include "kw_recovery.h"
#include "kw_region.h"
#include "kw_ring.h"
#include "kw_tlv.h"

#include "core/dprint.h"
#include "modules/sl/sl.h"
#include "modules/tm/tm_load.h"

#define KJ_MAX_FUNCTIONS 256
#define KJ_MAX_MODULES 32
#define KJ_MAX_COURIERS 16
#define KJ_MAX_XAVP_WISHES 16
#define KJ_MAX_ANSWER_ROUTES 4
#define KJ_MAX_ANSWER_XAVPS 2 /* their values fit one event */
#define KJ_NAME 64

/* Parameters of bridge.md 8. Strings are malloc'ed. */
struct kj_settings
{
	char *jvm_options;
	char *jvm_library;
	char *package_dir;
	int couriers;		   /* request couriers, 1..8 */
	int call_timeout;	   /* milliseconds a SIP worker waits */
	int engine_dead_after; /* seconds without a heartbeat */
	int busy_code;		   /* 400..699 */
	int busy_retry_after;  /* seconds, the largest of a random choice */
	int recovery_memory;   /* megabytes of the recovery log, at most */
};

struct kj_xavp_wish
{
	char root[KJ_NAME];
	char child[KJ_NAME];
};

/* An event route that hears the final answers of requests. */
struct kj_answer_route
{
	char name[KJ_NAME];
	int index; /* of event_rt; -1: the cfg has no such route */
	struct kj_xavp_wish wishes[KJ_MAX_ANSWER_XAVPS];
	int wish_count;
};

struct kj_state
{
	void *base; /* the region; NULL before PROC_INIT */
	uint64_t length;
	void *recovery; /* keeper and engine: kw_recovery.h; else NULL */
	uint64_t recovery_length;
	char module_dir[PATH_MAX]; /* where the shims lie */
	char start_dir[PATH_MAX];  /* where Kamailio was started */
	struct kj_settings settings;
	uint8_t function_flags[KJ_MAX_FUNCTIONS]; /* KW_FN_*, by id */
	struct kj_xavp_wish wishes[KJ_MAX_XAVP_WISHES];
	int wish_count;
	struct kj_answer_route routes[KJ_MAX_ANSWER_ROUTES];
	int route_count;
	uint32_t courier_count;
	uint32_t wt_timer_ms;
	uint32_t fr_timer_ms;
	pid_t main_pid;
	pid_t keeper_pid;
	int usrloc_listen; /* the engine wants to hear of usrloc's changes */
	int start_stderr;  /* stderr of the start, until the start is over; or -1 */
	int rank;
	tm_api_t tm;
	sl_api_t sl;
};

extern struct kj_state kj_state;

/* kj_params.c: what the cfg says */
int kj_params_attach(const struct kj_module *m, const char *path);
int kj_params_common(const char *name, modparam_t type, void *value);
int kj_params_repeated(
		const struct kj_module *m, const char *name, const char *value);
/* Numbers the functions of m. 0 or -1 */
int kj_params_register(const struct kj_module *m);
int kj_params_module_count(void);
const struct kj_module *kj_params_module(int i);
/* The i-th value of m's repeated parameters in order; 0 at the end. */
int kj_params_repeated_at(const struct kj_module *m, int i, const char **name,
		const char **value);
/* Calls f for each common parameter that is set: number or text (if number's
 * text is NULL). */
void kj_params_each_common(
		void (*f)(const char *name, const char *text, long number, void *arg),
		void *arg);

/* kj_config.c: the region's config section and manifest. 0 or -1, logged */
int kj_config_write(void);
int kj_manifest_read(void);

/* kj_pkg.c: package memory; once in each process that handles messages, later
 * calls do nothing */
void kj_pkg_lay_out(void);

/* kj_start.c: life cycle of the module set */
int kj_mod_init(const struct kj_module *m);
int kj_child_init(int rank);
void kj_destroy(void);
/* One line for the operator: log and, while the start lasts, stderr. */
void kj_start_failed(const char *format, ...)
		__attribute__((format(printf, 1, 2)));

/* kj_keeper.c: never returns */
void kj_keeper_main(void) __attribute__((noreturn));

/* kj_engine.c: engine process, never returns. Descriptors: write ends. */
void kj_engine_main(int log_fd, int out_fd, pid_t keeper)
		__attribute__((noreturn));

/* kj_jvm.c: engine process. Returns the process's exit code. */
int kj_jvm_run(int log_fd);
/* Where the JVM says why it crashed; %s: kj_jvm_error_dir(), %s: its pid. */
#define KJ_JVM_ERROR_FILE "%s/kamjvm_hs_err_%s.log"
const char *kj_jvm_error_dir(void);

/* kj_natives.c: engine process; env is a JNIEnv, door the NativeDoor class. */
int kj_natives_register(void *env, void *door, int log_fd);

/* kj_log.c: lines from the engine into Kamailio's log (keeper) */
struct kj_line_reader
{
	int fd;
	int raw; /* 1: the JVM's own output, no level byte */
	uint32_t length;
	int skipping;
	char line[2048];
};
/* Reads what is there, logs whole lines. 0, or -1 at the end of the pipe. */
int kj_log_drain(struct kj_line_reader *r);
/* Engine process: one record per line of text, never blocks. facility:
 * syslog's number, 1 to 23; 0: Kamailio's own. */
void kj_log_send(
		int fd, int level, int facility, const char *text, size_t length);

/* kj_event.c: the event ring */
/* Fields were written behind KJ_EVENT_HEADER bytes. Queues a few records when
 * the ring is full; drops those of a dead epoch. */
#define KJ_EVENT_HEADER 16
#define KJ_EVENT_MAX 512
/* Of one that tells what a reply says: a UDP reply's headers and more. */
#define KJ_REPLY_EVENT_MAX 24576
void kj_event_send(int32_t type, uint32_t epoch, uint64_t id,
		struct kw_tlv_writer *fields);
void kj_event_courier(uint32_t epoch, uint32_t courier);
/* Writes what waits, if there is room now. */
void kj_event_flush(void);

/* kj_script.c: arguments of script functions */
int kj_script_fixup(
		struct kj_function *f, const char *types, void **param, int no);
int kj_script_free_fixup(void **param, int no);
int kj_script_call(struct kj_function *f, const char *types, sip_msg_t *msg,
		char **params);
int kj_script_call_values(
		struct kj_function *f, sip_msg_t *msg, const str *args, int count);
int kj_script_call_variable(struct kj_function *f, sip_msg_t *msg,
		const str *args, int count, str *variable);

/* kj_call.c: one conversation with the engine */
struct kj_call
{
	struct kj_function *function;
	sip_msg_t *msg; /* NULL for RPC, and where the script handles no request */
	sip_msg_t *any_msg;	 /* whatever the script handles */
	pv_spec_t *variable; /* is set to what the engine says; or NULL */
	const str *args;
	int arg_count;
	uint64_t timeout_ns;
	int silent; /* 1: whoever asks says himself that it failed */
	rpc_t *rpc; /* NULL for script functions */
	void *rpc_ctx;
	/* filled by kj_call_begin() */
	uint32_t depth;	  /* calls open below this one */
	uint32_t epoch;	  /* the engine that was asked */
	int32_t deferral; /* index of an OPEN record, or -1 */
	uint32_t generation;
	const uint8_t *response; /* checked; valid until kj_call_end() */
	uint32_t length;
};
/* Asks and carries out steps. 0: response holds the final result; -1: the
 * engine does not answer now. kj_call_end() must follow either way; what runs
 * before it (an event route, say) may call again, one deeper. The deferral
 * record, if any, is the caller's to keep or take back. */
int kj_call_begin(struct kj_call *c);
void kj_call_end(struct kj_call *c);
/* Whether the current message has a transaction. */
int kj_call_has_transaction(void);
/* Around a courier's command: what its event route calls is nested as it would
 * be in a worker, so tm never sends one request out of another. */
void kj_call_nest(void);
void kj_call_unnest(void);

/* kj_message.c */
/* Writes the KW_T_MESSAGE block. w->failed if it does not fit. */
void kj_message_write(struct kw_tlv_writer *w, sip_msg_t *msg);
/* Writes what KW_EV_COMPLETED tells of a reply. w->failed if it does not fit. */
void kj_message_write_reply(struct kw_tlv_writer *w, sip_msg_t *reply);
/* "sip:host:port" of a socket, as it is advertised, IPv6 in brackets, without
 * transport. Its length, or -1 if it does not fit. */
int kj_socket_uri(char *uri, size_t capacity, const struct socket_info *s);
/* Writes the KW_T_XAVP block of one that is set; numbers_only: not if it is
 * text. */
void kj_xavp_write(struct kw_tlv_writer *w, const struct kj_xavp_wish *wish,
		int numbers_only);

/* kj_reply.c */
/* 0, or -1 if it could not be sent. Parts may be empty. */
int kj_reply_send(sip_msg_t *msg, int code, const str *reason,
		const str *headers, const str *body);
/* bridge.md 7. 0, or -1 */
int kj_reply_busy(sip_msg_t *msg);
/* "Retry-After: n\r\n" into buffer. */
#define KJ_RETRY_AFTER 32
str kj_reply_retry_after(char buffer[KJ_RETRY_AFTER]);
/* "Server Internal Error" ... for the configured busy code. */
str kj_reply_busy_reason(int code);
/* 1 if headers is a sequence of CRLF terminated header lines (or empty). */
int kj_reply_lines_ok(const char *s, uint32_t n);
/* 1 if s has no control character and no blank. */
int kj_reply_token_ok(const char *s, uint32_t n);

/* kj_deferral.c */
/* Opens a record for the current transaction and holds it; -1 if the reply
 * can not be deferred here. tag: what the reply will carry. */
int32_t kj_deferral_begin(sip_msg_t *msg, const str *tag, uint32_t *generation);
/* The engine keeps the record: the transaction is released. */
void kj_deferral_keep(void);
/* Nobody else needs the record: 1 if it was still ours (so the caller
 * replies), 0 if a courier has answered or is answering. */
int kj_deferral_take_back(int32_t index, uint32_t generation);
/* Reply courier: the engine's command; code 0: the busy answer. KW_REPLIED_* */
int kj_deferral_answer(uint32_t index, uint32_t generation, int code,
		const str *reason, const str *headers, const str *body);
/* Reply courier: deadlines, dead engines, lingering references. all: 1 to
 * answer every open record now. */
void kj_deferral_scan(int all);

/* kj_request.c */
struct kj_sent
{
	int status; /* KW_STATUS_* */
	uint32_t cseq;
	uint64_t micros;
	const char *text; /* static; NULL if sent */
};
/* Sends the request that fields describe; the completion is reported for
 * (epoch, id). */
struct kj_sent kj_request_send(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id);
/* The same, and reports KW_EV_SENT. */
void kj_request_command(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id);

/* kj_answer.c: the final answer of a request */
/* What tm is to keep with the request (cbp); NULL: no shared memory. route:
 * empty, or the name of an event route, for which subs is kept. want_reply:
 * whether what the reply says is reported, or only its code and reason. */
void *kj_answer_expect(uint32_t epoch, uint64_t id, const str *route,
		int want_reply, const uint8_t *subs, uint32_t subs_length);
/* tm has not taken the request. */
void kj_answer_forget(void *pending);
/* tm's callback, with what kj_answer_expect() gave: from then on tm owns it. */
void kj_answer_heard(struct cell *t, int type, struct tmcb_params *ps);
/* $notify_reply(pv): pv of the reply that the event route hears of, else
 * null. */
int kj_reply_pv_parse(pv_spec_t *sp, str *name);
int kj_reply_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);

/* kj_subs_pv.c: $subs(name) */
int kj_subs_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);
int kj_subs_parse(pv_spec_t *sp, str *name);
/* The current subscription of the script that handles msg. */
void kj_subs_set(sip_msg_t *msg, const uint8_t *fields, uint32_t length);
/* While a request is built: shows fields whatever the message. Returns what
 * kj_subs_leave() wants back. */
struct kj_subs_scope
{
	const uint8_t *fields;
	uint32_t length;
	int any_message;
};
struct kj_subs_scope kj_subs_enter(const uint8_t *fields, uint32_t length);
void kj_subs_leave(struct kj_subs_scope before);

/* kj_route.c */
/* Courier: carries out KW_CMD_ROUTE. */
void kj_route_command(const uint8_t *fields, uint32_t length);
/* Names of the cfg's event routes, for the config section. */
void kj_route_names(struct kw_tlv_writer *w);
/* A variable of the event route that is running; null outside of one. */
int kj_variable_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);
int kj_variable_parse(pv_spec_t *sp, str *name, const char *const *names);

/* kj_rpc.c */
void kj_rpc_call(struct kj_function *f, rpc_t *rpc, void *ctx);
/* Prints one KW_T_RPC_* item. 0, or -1 if it failed (a fault was given). */
int kj_rpc_print(rpc_t *rpc, void *ctx, const struct kw_tlv_field *item);

/* kj_usrloc.c: the location table */
/* mod_init of a module that needs it. 0 or -1, logged */
int kj_usrloc_use(const struct kj_module *m);
/* After kj_child_init(), by the same modules. */
void kj_usrloc_child(int rank);
/* While the cfg is read: the table is to be there. 0 or -1, logged */
int kj_usrloc_table(const char *name);
/* Writes KW_T_USRLOC, if a module needs usrloc. */
void kj_usrloc_config(struct kw_tlv_writer *w);
/* Does one KW_T_UL_WORK and writes its KW_T_UL_OUTCOME. */
void kj_usrloc_work(struct kw_tlv_writer *w, const struct kw_tlv_field *item);
/* Changes that this process makes carry bits, until the script ends. */
void kj_usrloc_mark(int64_t bits);
/* Sets a flag of branch 0 until the script ends. */
void kj_usrloc_branch_flag(int64_t number);
/* Courier: KW_CMD_USRLOC_READ. */
void kj_usrloc_read(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id);

/* kj_fifo.c: life of the FIFO, if there is one */
int kj_fifo_param(const char *name, modparam_t type, void *value);
void kj_fifo_attach(const struct kj_fifo_functions *f);
/* mod_init: makes it. 0 or -1 */
int kj_fifo_init(void);
/* PROC_MAIN: its processes. 0 or -1 */
int kj_fifo_fork(void);
/* Main, at the end. */
void kj_fifo_destroy(void);

/* kj_courier.c: PROC_MAIN; 0 or -1 */
int kj_couriers_fork(void);
/* The lane of courier i (KW_LANE_*). */
uint32_t kj_courier_lane(uint32_t i);

/* kj_process.c: small things about processes */
/* The child dies with its parent; exits when the parent is gone already. */
void kj_process_die_with(pid_t parent, int signal);
/* Any Kamailio process: gets SIGTERM when its parent dies. */
void kj_process_die_with_main(void);
void kj_process_close_sip_sockets(void);

#endif
