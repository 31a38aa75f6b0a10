/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Engine process: what Java may call. io.kamjvm.bridge.NativeDoor declares it.
 * Any thread.
 */
#include "kj_runtime.h"
#include "kw_wake.h"

#include <jni.h>

static int log_fd;

static jobject region(JNIEnv *env, jclass c)
{
	(void)c;
	return (*env)->NewDirectByteBuffer(
			env, kj_state.base, (jlong)kj_state.length);
}

static jobject recovery(JNIEnv *env, jclass c)
{
	(void)c;
	return (*env)->NewDirectByteBuffer(
			env, kj_state.recovery, (jlong)kj_state.recovery_length);
}

/* NULL if the offset is not that of a word in the region. */
static _Atomic uint32_t *word_at(jlong offset)
{
	if(offset < 0 || offset % 4 != 0 || (uint64_t)offset + 4 > kj_state.length)
		return NULL;
	return (_Atomic uint32_t *)((uint8_t *)kj_state.base + offset);
}

static jint futex_wait(
		JNIEnv *env, jclass c, jlong offset, jint expected, jlong timeout_ns)
{
	_Atomic uint32_t *word = word_at(offset);

	(void)env;
	(void)c;
	if(word == NULL || timeout_ns < 0)
		return -1;
	return kw_futex_wait(word, (uint32_t)expected, (uint64_t)timeout_ns);
}

static jint futex_wake(JNIEnv *env, jclass c, jlong offset, jint count)
{
	_Atomic uint32_t *word = word_at(offset);

	(void)env;
	(void)c;
	return word == NULL ? -1 : kw_futex_wake(word, count);
}

static void log_line(
		JNIEnv *env, jclass c, jint level, jint facility, jstring line)
{
	const char *text;

	(void)c;
	if(line == NULL
			|| (text = (*env)->GetStringUTFChars(env, line, NULL)) == NULL)
		return;
	kj_log_send(log_fd, level, facility, text,
			(size_t)(*env)->GetStringUTFLength(env, line));
	(*env)->ReleaseStringUTFChars(env, line, text);
}

int kj_natives_register(void *env, void *door, int fd)
{
	static const JNINativeMethod methods[] = {
			{"region", "()Ljava/nio/ByteBuffer;", (void *)region},
			{"recovery", "()Ljava/nio/ByteBuffer;", (void *)recovery},
			{"futexWait", "(JIJ)I", (void *)futex_wait},
			{"futexWake", "(JI)I", (void *)futex_wake},
			{"log", "(IILjava/lang/String;)V", (void *)log_line},
	};
	JNIEnv *jni = env;

	log_fd = fd;
	return (*jni)->RegisterNatives(jni, (jclass)door, methods,
				   sizeof(methods) / sizeof(methods[0]))
						   == JNI_OK
				   ? 0
				   : -1;
}
