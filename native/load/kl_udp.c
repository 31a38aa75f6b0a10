/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "kl_udp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define BATCH 64
#define BUFFER (8 << 20)

/* Outgoing datagrams wait per socket; what came lies in the second half. */
struct kl_batch
{
	struct
	{
		struct mmsghdr headers[BATCH];
		struct iovec parts[BATCH];
		char *bytes[BATCH];
		unsigned count;
	} out[KL_MAX_SOCKETS], in;
};

struct kl_batch *kl_udp_new(void)
{
	struct kl_batch *batch = calloc(1, sizeof(*batch));
	char *bytes;
	unsigned i;

	if(batch == NULL)
		return NULL;
	bytes = malloc((size_t)BATCH * KL_MESSAGE_MAX);
	if(bytes == NULL) {
		free(batch);
		return NULL;
	}
	for(i = 0; i < BATCH; i++) {
		batch->in.bytes[i] = bytes + (size_t)i * KL_MESSAGE_MAX;
		batch->in.parts[i].iov_base = batch->in.bytes[i];
		batch->in.parts[i].iov_len = KL_MESSAGE_MAX;
		batch->in.headers[i].msg_hdr.msg_iov = &batch->in.parts[i];
		batch->in.headers[i].msg_hdr.msg_iovlen = 1;
	}
	return batch;
}

void kl_udp_free(struct kl_batch *batch)
{
	unsigned i, j;

	if(batch == NULL)
		return;
	for(i = 0; i < KL_MAX_SOCKETS; i++)
		for(j = 0; j < BATCH; j++)
			free(batch->out[i].bytes[j]);
	free(batch->in.bytes[0]);
	free(batch);
}

bool kl_udp_open(struct kl_socket *socket_, const struct sockaddr_in *server)
{
	struct sockaddr_in own = {.sin_family = AF_INET};
	socklen_t len = sizeof(own);
	int size = BUFFER;

	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socket_->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if(socket_->fd < 0
			|| bind(socket_->fd, (struct sockaddr *)&own, sizeof(own)) != 0
			|| connect(socket_->fd, (const struct sockaddr *)server,
					   sizeof(*server))
					   != 0
			|| getsockname(socket_->fd, (struct sockaddr *)&own, &len) != 0) {
		perror("kamjvm-load: UDP socket");
		return false;
	}
	/* beyond the system's limit where we may, up to it else */
	if(setsockopt(socket_->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))
			!= 0)
		setsockopt(socket_->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if(setsockopt(socket_->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size))
			!= 0)
		setsockopt(socket_->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	socket_->port = ntohs(own.sin_port);
	return true;
}

/* A full or refused datagram is lost on the way: that is what UDP is. */
static void flush_one(struct kl_net *net, unsigned index)
{
	unsigned count = net->batch->out[index].count, done = 0;
	int sent;

	while(done < count) {
		sent = sendmmsg(net->sockets[index].fd,
				net->batch->out[index].headers + done, count - done, 0);
		if(sent < 0 && errno == EINTR)
			continue;
		done += sent > 0 ? (unsigned)sent : 1;
	}
	net->batch->out[index].count = 0;
}

bool kl_udp_send(
		struct kl_net *net, unsigned index, const char *data, size_t len)
{
	unsigned slot;

	if(net->batch->out[index].count == BATCH)
		flush_one(net, index);
	slot = net->batch->out[index].count;
	if(net->batch->out[index].bytes[slot] == NULL) {
		net->batch->out[index].bytes[slot] = malloc(KL_MESSAGE_MAX);
		if(net->batch->out[index].bytes[slot] == NULL)
			return false;
	}
	memcpy(net->batch->out[index].bytes[slot], data, len);
	net->batch->out[index].parts[slot].iov_base =
			net->batch->out[index].bytes[slot];
	net->batch->out[index].parts[slot].iov_len = len;
	memset(&net->batch->out[index].headers[slot], 0, sizeof(struct mmsghdr));
	net->batch->out[index].headers[slot].msg_hdr.msg_iov =
			&net->batch->out[index].parts[slot];
	net->batch->out[index].headers[slot].msg_hdr.msg_iovlen = 1;
	net->batch->out[index].count++;
	return true;
}

bool kl_udp_flush(struct kl_net *net)
{
	unsigned i;

	for(i = 0; i < net->count; i++)
		flush_one(net, i);
	return true;
}

bool kl_udp_receive(struct kl_net *net, unsigned index)
{
	int count, i;

	/* one batch per wake-up: the others have their turn, too */
	count = recvmmsg(net->sockets[index].fd, net->batch->in.headers, BATCH,
			MSG_DONTWAIT, NULL);
	if(count < 0)
		/* a refused datagram shows here; the server may be restarting */
		return errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED;
	for(i = 0; i < count; i++)
		net->heard(net->context, index, net->batch->in.bytes[i],
				net->batch->in.headers[i].msg_len);
	return true;
}
