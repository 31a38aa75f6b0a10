/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A few sockets towards one server, UDP or TCP, watched by one epoll. What is
 * sent waits until kl_net_flush(), so that UDP leaves many datagrams per system
 * call. One thread.
 */
#ifndef KL_NET_H
#define KL_NET_H

#include "kl_text.h"

#include <netinet/in.h>

#define KL_MAX_SOCKETS 64
#define KL_MESSAGE_MAX 65535

struct kl_batch;
struct kl_stream;

struct kl_socket
{
	int fd;
	uint16_t port;			  /* our own */
	struct kl_stream *stream; /* TCP only */
};

/* A whole message that came; the bytes are valid during the call only. */
typedef void (*kl_heard_f)(
		void *context, unsigned socket, const char *data, size_t len);

struct kl_net
{
	bool tcp;
	int epoll;
	unsigned count;
	struct kl_socket sockets[KL_MAX_SOCKETS];
	struct kl_batch *batch; /* UDP only */
	kl_heard_f heard;
	void *context;
	bool input_ready;
};

/* Opens `count` connected sockets on 127.0.0.1; says on stderr what failed. */
bool kl_net_open(struct kl_net *net, const struct sockaddr_in *server, bool tcp,
		unsigned count);
void kl_net_close(struct kl_net *net);

/* Queues a copy of one message; false when the connection is gone. */
bool kl_net_send(
		struct kl_net *net, unsigned socket, const char *data, size_t len);

/* Sends what is queued, as far as the kernel takes it. */
bool kl_net_flush(struct kl_net *net);

/* Waits up to so many nanoseconds and passes on what came; false when the
 * server has closed a connection or the system fails. */
bool kl_net_poll(struct kl_net *net, int64_t wait_ns);

/* From now on a line on standard input wakes kl_net_poll() and sets
 * input_ready. */
bool kl_net_watch_input(struct kl_net *net);

/* Datagrams that our own sockets had no room for. */
uint64_t kl_net_drops(const struct kl_net *net);

#endif
