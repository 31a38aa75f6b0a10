/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the cfg says of the FIFO, its making and its removal. It is made in
 * mod_init, as root where Kamailio was started so, because it may belong to
 * somebody else than Kamailio's user. Main keeps it open for reading and
 * writing: so nobody who writes is refused or gets a signal, whatever happens
 * to engine and processes, and what was written waits in the pipe.
 */
#include "kj_fifo.h"
#include "kw_message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/globals.h"
#include "core/pt.h"
#include "core/ut.h"

#define PROCESSES 2
#define TIMEOUT_NS UINT64_C(6000000000)
/* daemonize has closed the low ones, and libraries use them */
#define KEPT_FD 64

extern char *runtime_dir; /* core */

struct kj_fifo_settings kj_fifo_settings = {.fd = -1};

struct text_param
{
	const char *name;
	char *value;
};

static struct text_param texts[] = {{"fifo_name", NULL}, {"fifo_user", NULL},
		{"fifo_group", NULL}, {"reply_dir", NULL}, {"reply_indent", NULL}};
enum text_index {
	FIFO_NAME,
	FIFO_USER,
	FIFO_GROUP,
	REPLY_DIR,
	REPLY_INDENT,
	TEXTS
};
static int mode = 0660, mode_set;
static int wanted;
static const struct kj_fifo_functions *functions;
static struct stat made;

static int set_mode(long value)
{
	if(mode_set && mode != (int)value) {
		LM_ERR("parameter fifo_mode is set to 0%o and to 0%o\n", (unsigned)mode,
				(unsigned)value);
		return -1;
	}
	if(value < 0 || value > 0777) {
		LM_ERR("parameter fifo_mode: 0%lo is no mode of a file\n",
				(unsigned long)value);
		return -1;
	}
	mode = (int)value;
	mode_set = 1;
	return 0;
}

static int set_text(struct text_param *p, const char *value)
{
	if(p->value != NULL && strcmp(p->value, value) != 0) {
		LM_ERR("parameter %s is set to \"%s\" and to \"%s\"\n", p->name,
				p->value, value);
		return -1;
	}
	if(p->value == NULL && (p->value = strdup(value)) == NULL)
		return -1;
	return 0;
}

int kj_fifo_param(const char *name, modparam_t type, void *value)
{
	char number[24];
	const char *text = value;

	wanted = 1;
	if(strcmp(name, "fifo_mode") == 0)
		return set_mode((long)value);
	if(PARAM_TYPE_MASK(type) == PARAM_INT) {
		snprintf(number, sizeof(number), "%ld", (long)value);
		text = number;
	}
	for(int i = 0; text != NULL && i < TEXTS; i++)
		if(strcmp(texts[i].name, name) == 0)
			return set_text(&texts[i], text);
	return -1;
}

void kj_fifo_attach(const struct kj_fifo_functions *f)
{
	if(functions == NULL || f->always)
		functions = f;
	wanted |= f->always;
}

static int failed(const char *what)
{
	kj_start_failed("%s %s: %s", what, kj_fifo_settings.path, strerror(errno));
	return -1;
}

static int refuse(const char *parameter, const char *why)
{
	kj_start_failed("parameter %s: %s", parameter, why);
	return -1;
}

static int resolve_paths(void)
{
	const char *name = texts[FIFO_NAME].value;
	const char *dir = texts[REPLY_DIR].value;
	struct stat s;
	int n;

	if(name == NULL)
		name = "kamailio_fifo";
	if(*name == '\0')
		return refuse("fifo_name", "it is empty");
	n = snprintf(kj_fifo_settings.path, sizeof(kj_fifo_settings.path), "%s%s%s",
			*name == '/' ? "" : runtime_dir, *name == '/' ? "" : "/", name);
	if(n >= (int)sizeof(kj_fifo_settings.path))
		return refuse("fifo_name", "it is too long");
	if(dir == NULL)
		dir = "/tmp/";
	if(strlen(dir) >= sizeof(kj_fifo_settings.reply_dir))
		return refuse("reply_dir", "it is too long");
	strcpy(kj_fifo_settings.reply_dir, dir);
	if(*dir != '/')
		return refuse("reply_dir", "it must begin with /");
	if(stat(dir, &s) < 0 || !S_ISDIR(s.st_mode))
		return refuse("reply_dir", "it is no directory");
	return 0;
}

/* Whom the FIFO belongs to; -1: whoever makes it. */
static int find_owner(int *user, int *group)
{
	*user = sock_uid;
	*group = sock_gid;
	if(texts[FIFO_USER].value != NULL
			&& user2uid(user, group, texts[FIFO_USER].value) < 0)
		return refuse("fifo_user", "nobody has that name");
	if(texts[FIFO_GROUP].value != NULL
			&& group2gid(group, texts[FIFO_GROUP].value) < 0)
		return refuse("fifo_group", "no group has that name");
	return 0;
}

static int remove_old(void)
{
	struct stat s;

	if(lstat(kj_fifo_settings.path, &s) < 0)
		return errno == ENOENT ? 0 : failed("nobody can look at");
	if(!S_ISFIFO(s.st_mode))
		return refuse("fifo_name", "there is a file of that name, no FIFO");
	return unlink(kj_fifo_settings.path) < 0 ? failed("can not remove") : 0;
}

static int make(int user, int group)
{
	const char *path = kj_fifo_settings.path;
	int fd;

	if(mode == 0) {
		LM_WARN("fifo_mode 0 would keep everybody out: 0600 is used\n");
		mode = 0600;
	}
	/* nobody gets in before it belongs to whom it should */
	if(mkfifo(path, 0600) < 0)
		return failed("can not make the FIFO");
	if(lstat(path, &made) < 0)
		return failed("can not look at the FIFO");
	fd = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if(fd < 0)
		return failed("can not open the FIFO");
	kj_fifo_settings.fd = fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FD);
	close(fd);
	fd = kj_fifo_settings.fd;
	if(fd < 0 || fcntl(fd, F_SETFL, O_RDWR) < 0)
		return failed("can not keep the FIFO");
	if((user != -1 || group != -1) && fchown(fd, (uid_t)user, (gid_t)group) < 0)
		return failed("can not give user or group the FIFO");
	if(fchmod(fd, (mode_t)mode) < 0)
		return failed("can not set the mode of the FIFO");
	return 0;
}

int kj_fifo_init(void)
{
	int user, group;

	if(!wanted || functions == NULL)
		return 0;
	if(resolve_paths() < 0 || find_owner(&user, &group) < 0 || remove_old() < 0
			|| make(user, group) < 0)
		return -1;
	if(register_procs(PROCESSES) < 0)
		return -1;
	cfg_register_child(PROCESSES);
	return 0;
}

static int fork_one(char *name, void (*serve)(void))
{
	int pid = fork_process(PROC_RPC, name, 1);

	if(pid == 0) {
		if(cfg_child_init() < 0)
			_exit(1);
		serve();
		_exit(1);
	}
	/* an error is also returned in the child */
	if(pid < 0 && getpid() != kj_state.main_pid)
		_exit(1);
	if(pid < 0)
		LM_ERR("%s can not be forked\n", name);
	return pid < 0 ? -1 : 0;
}

static void serve_commands(void)
{
	kj_fifo_commands(functions->command, functions->execute);
}

static void serve_answers(void)
{
	kj_fifo_answers(functions->answer);
}

int kj_fifo_fork(void)
{
	if(kj_fifo_settings.fd < 0)
		return 0;
	return fork_one("MI FIFO", serve_commands) < 0
						   || fork_one("MI FIFO answers", serve_answers) < 0
				   ? -1
				   : 0;
}

void kj_fifo_destroy(void)
{
	struct stat now;

	if(kj_fifo_settings.fd < 0)
		return;
	if(lstat(kj_fifo_settings.path, &now) == 0 && now.st_ino == made.st_ino
			&& now.st_dev == made.st_dev && unlink(kj_fifo_settings.path) < 0)
		LM_WARN("can not remove %s: %s\n", kj_fifo_settings.path,
				strerror(errno));
	close(kj_fifo_settings.fd);
	kj_fifo_settings.fd = -1;
}

int kj_fifo_ask(struct kj_fifo_question *q, struct kj_function *f,
		const str *args, int count)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field field;
	int answered = 0;

	memset(q, 0, sizeof(*q));
	q->call.function = f;
	q->call.args = args;
	q->call.arg_count = count;
	q->call.timeout_ns = TIMEOUT_NS;
	q->call.silent = 1;
	if(kj_call_begin(&q->call) < 0)
		return -1;
	kw_tlv_open(&r, q->call.response, q->call.length);
	while(kw_tlv_next(&r, &field)) {
		if(field.tag == KW_T_RPC_STRING && q->count < KJ_FIFO_RESULTS) {
			q->results[q->count].s = (char *)field.value;
			q->results[q->count++].len = (int)field.length;
		}
		answered |= field.tag == KW_T_RETURN;
	}
	return answered ? 0 : -1;
}

void kj_fifo_end(struct kj_fifo_question *q)
{
	kj_call_end(&q->call);
}
