/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Engine process: finds libjvm, creates the JVM, runs io.kamjvm.Engine.
 */
#include "kj_runtime.h"
#include "kw_wake.h"

#include <dirent.h>
#include <dlfcn.h>
#include <jni.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_OPTIONS 128
#define JVM_DIR "/usr/lib/jvm"
#define LIBJVM "lib/server/libjvm.so"
#define PREFERRED_JAVA "17"
#define ENGINE_CLASS "io/kamjvm/Engine"
/* classes as the JVM maps them, made by lib/class-archive.sh */
#define CLASS_ARCHIVE "kamjvm.jsa"
/* else its driver writes a copy to /tmp, which may be mounted noexec, and
 * leaves it there when the engine is killed */
#if defined(__x86_64__)
#define SQLITE_LIBRARY "org/sqlite/native/Linux/x86_64"
#elif defined(__aarch64__)
#define SQLITE_LIBRARY "org/sqlite/native/Linux/aarch64"
#endif
#define DOOR_CLASS "io/kamjvm/bridge/NativeDoor"

typedef jint (*create_f)(JavaVM **vm, void **env, void *args);

static char *options[MAX_OPTIONS];
static int option_count;

/* To main: why the start failed. The engine itself writes the same place
 * later, so only while nothing is there. */
static int failed(const char *format, ...)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(h->failure, KW_FAILURE_CAPACITY, format, args);
	va_end(args);
	h->failure_length =
			n >= KW_FAILURE_CAPACITY ? KW_FAILURE_CAPACITY - 1 : (uint32_t)n;
	atomic_store(&h->engine_state, KW_ENGINE_FAILED);
	kw_futex_wake(&h->engine_state, INT_MAX);
	return 1;
}

static void add_option(const char *format, ...)
		__attribute__((format(printf, 1, 2)));

static void add_option(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if(option_count < MAX_OPTIONS && vasprintf(&text, format, args) >= 0)
		options[option_count++] = text;
	va_end(args);
}

static int try_library(char path[PATH_MAX], const char *home)
{
	int n = snprintf(path, PATH_MAX, "%s/" LIBJVM, home);

	return n < PATH_MAX && access(path, R_OK) == 0;
}

/* The version preferred, else any. */
static int scan_for_library(char path[PATH_MAX])
{
	struct dirent **entries;
	int n = scandir(JVM_DIR, &entries, NULL, alphasort);
	int found = 0;

	for(int preferred = 1; preferred >= 0 && !found; preferred--)
		for(int i = 0; i < n && !found; i++) {
			char home[PATH_MAX];
			const char *name = entries[i]->d_name;
			if(name[0] == '.'
					|| (preferred && strstr(name, PREFERRED_JAVA) == NULL)
					|| snprintf(home, sizeof(home), JVM_DIR "/%s", name)
							   >= (int)sizeof(home))
				continue;
			found = try_library(path, home);
		}
	for(int i = 0; i < n; i++)
		free(entries[i]);
	if(n >= 0)
		free(entries);
	return found;
}

static int find_library(char path[PATH_MAX])
{
	const char *given = kj_state.settings.jvm_library;
	const char *home = getenv("JAVA_HOME");

	if(given != NULL)
		return snprintf(path, PATH_MAX, "%s", given) < PATH_MAX;
	if(home != NULL && try_library(path, home))
		return 1;
	return try_library(path, JVM_DIR "/default-java") || scan_for_library(path);
}

static int is_jar(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 4 && strcmp(e->d_name + n - 4, ".jar") == 0;
}

/* Every jar in <modules>/../lib; NULL if there is none. */
static char *class_path(void)
{
	char dir[PATH_MAX + 8];
	struct dirent **jars;
	char *path = NULL;
	size_t size;
	FILE *out;
	int n;

	snprintf(dir, sizeof(dir), "%s/../lib", kj_state.module_dir);
	n = scandir(dir, &jars, is_jar, alphasort);
	if(n <= 0 || (out = open_memstream(&path, &size)) == NULL)
		return NULL;
	for(int i = 0; i < n; i++) {
		fprintf(out, "%s%s/%s", i == 0 ? "" : ":", dir, jars[i]->d_name);
		free(jars[i]);
	}
	free(jars);
	fclose(out);
	return path;
}

const char *kj_jvm_error_dir(void)
{
	static const char *const places[] = {
			"/var/run/kamailio", "/var/log/kamailio", "/var/tmp"};

	for(size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if(access(places[i], W_OK | X_OK) == 0)
			return places[i];
	return "/tmp";
}

static int collect_options(void)
{
	char *jars = class_path(), *given, *rest = NULL;

	if(jars == NULL)
		return failed("jvm: no jar in %s/../lib", kj_state.module_dir);
	add_option("-Djava.class.path=%s", jars);
	add_option("-XX:SharedArchiveFile=%s/../lib/" CLASS_ARCHIVE,
			kj_state.module_dir);
#ifdef SQLITE_LIBRARY
	add_option("-Dorg.sqlite.lib.path=%s/../lib/" SQLITE_LIBRARY,
			kj_state.module_dir);
#endif
	add_option("-Xrs");
	add_option("-Xmx512m");
	add_option("-XX:+ExitOnOutOfMemoryError");
	add_option("-XX:-CreateCoredumpOnCrash");
	add_option("-XX:ErrorFile=" KJ_JVM_ERROR_FILE, kj_jvm_error_dir(), "%p");
	add_option("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
	add_option("-Djava.awt.headless=true");
	add_option("-Dfile.encoding=UTF-8");
	if(kj_state.settings.jvm_options != NULL
			&& (given = strdup(kj_state.settings.jvm_options)) != NULL)
		for(char *o = strtok_r(given, " \t", &rest); o != NULL;
				o = strtok_r(NULL, " \t", &rest))
			add_option("%s", o);
	return option_count == MAX_OPTIONS ? failed("jvm_options: too many") : 0;
}

static int create(const char *library, JavaVM **vm, JNIEnv **env)
{
	JavaVMOption list[MAX_OPTIONS];
	JavaVMInitArgs args = {.version = JNI_VERSION_10,
			.nOptions = option_count,
			.options = list,
			.ignoreUnrecognized = JNI_FALSE};
	void *handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL);
	create_f f;
	jint r;

	if(handle == NULL)
		return failed("jvm: %s", dlerror());
	f = (create_f)(uintptr_t)dlsym(handle, "JNI_CreateJavaVM");
	if(f == NULL)
		return failed("jvm: %s is no Java virtual machine", library);
	for(int i = 0; i < option_count; i++)
		list[i] = (JavaVMOption){.optionString = options[i]};
	r = f(vm, (void **)env, &args);
	if(r != JNI_OK)
		return failed("jvm: it can not be created (%d); its own words are in "
					  "the log, see jvm_options",
				(int)r);
	return 0;
}

static int run_engine(JNIEnv *env, int log_fd)
{
	jclass door = (*env)->FindClass(env, DOOR_CLASS);
	jclass engine, text;
	jmethodID entry;
	jobjectArray none;

	if(door == NULL || kj_natives_register(env, door, log_fd) < 0
			|| (engine = (*env)->FindClass(env, ENGINE_CLASS)) == NULL
			|| (entry = (*env)->GetStaticMethodID(
						env, engine, "main", "([Ljava/lang/String;)V"))
					   == NULL
			|| (text = (*env)->FindClass(env, "java/lang/String")) == NULL
			|| (none = (*env)->NewObjectArray(env, 0, text, NULL)) == NULL) {
		(*env)->ExceptionDescribe(env);
		return failed("jvm: the jars in %s/../lib do not fit this runtime",
				kj_state.module_dir);
	}
	(*env)->CallStaticVoidMethod(env, engine, entry, none);
	if(!(*env)->ExceptionCheck(env))
		return 0;
	(*env)->ExceptionDescribe(env);
	if(atomic_load(&kw_header(kj_state.base)->engine_state)
			== KW_ENGINE_STARTING)
		failed("jvm: the engine's start ended with an exception, see the log");
	return 1;
}

int kj_jvm_run(int log_fd)
{
	char library[PATH_MAX];
	JavaVM *vm;
	JNIEnv *env;
	int code;

	if(!find_library(library))
		return failed("jvm_library: no " LIBJVM " found in JAVA_HOME or "
					  "below " JVM_DIR);
	if(collect_options() != 0 || create(library, &vm, &env) != 0)
		return 1;
	code = run_engine(env, log_fd);
	/* waits for the engine's threads */
	if(code == 0)
		(*vm)->DestroyJavaVM(vm);
	return code;
}
