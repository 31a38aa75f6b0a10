/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "kl_tcp.h"
#include "kl_sip.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_SIZE (4 * KL_MESSAGE_MAX)
#define OUT_SIZE (64 << 20)

struct kl_stream
{
	char in[IN_SIZE];
	size_t in_len;
	char *out; /* reserved address space; pages come when they are used */
	size_t out_from, out_to;
};

bool kl_tcp_open(struct kl_socket *socket_, const struct sockaddr_in *server)
{
	struct sockaddr_in own;
	socklen_t len = sizeof(own);
	int on = 1;

	socket_->stream = calloc(1, sizeof(*socket_->stream));
	if(socket_->stream == NULL)
		return false;
	socket_->stream->out = malloc(OUT_SIZE);
	socket_->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if(socket_->stream->out == NULL || socket_->fd < 0
			|| connect(socket_->fd, (const struct sockaddr *)server,
					   sizeof(*server))
					   != 0
			|| getsockname(socket_->fd, (struct sockaddr *)&own, &len) != 0) {
		perror("kamjvm-load: TCP connection");
		return false;
	}
	setsockopt(socket_->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	socket_->port = ntohs(own.sin_port);
	return true;
}

void kl_tcp_close(struct kl_socket *socket_)
{
	if(socket_->stream != NULL)
		free(socket_->stream->out);
	free(socket_->stream);
	socket_->stream = NULL;
}

bool kl_tcp_send(
		struct kl_net *net, unsigned index, const char *data, size_t len)
{
	struct kl_stream *stream = net->sockets[index].stream;

	if(len > OUT_SIZE - stream->out_to) {
		memmove(stream->out, stream->out + stream->out_from,
				stream->out_to - stream->out_from);
		stream->out_to -= stream->out_from;
		stream->out_from = 0;
	}
	if(len > OUT_SIZE - stream->out_to) {
		fprintf(stderr, "kamjvm-load: the server does not read\n");
		return false;
	}
	memcpy(stream->out + stream->out_to, data, len);
	stream->out_to += len;
	return true;
}

bool kl_tcp_flush(struct kl_net *net)
{
	struct kl_stream *stream;
	ssize_t sent;
	unsigned i;

	for(i = 0; i < net->count; i++) {
		stream = net->sockets[i].stream;
		while(stream->out_from < stream->out_to) {
			sent = send(net->sockets[i].fd, stream->out + stream->out_from,
					stream->out_to - stream->out_from,
					MSG_DONTWAIT | MSG_NOSIGNAL);
			if(sent < 0 && errno == EINTR)
				continue;
			if(sent < 0 && errno == EAGAIN)
				break;
			if(sent < 0) {
				perror("kamjvm-load: send");
				return false;
			}
			stream->out_from += (size_t)sent;
		}
		if(stream->out_from == stream->out_to)
			stream->out_from = stream->out_to = 0;
	}
	return true;
}

/* Passes on the whole messages at the start of what came. */
static bool unpack(struct kl_net *net, unsigned index)
{
	struct kl_stream *stream = net->sockets[index].stream;
	size_t at = 0, lead;
	long frame;

	while((frame = kl_sip_frame(
				   stream->in + at, stream->in_len - at, KL_MESSAGE_MAX))
			> 0) {
		for(lead = 0;
				stream->in[at + lead] == '\r' || stream->in[at + lead] == '\n';)
			lead++;
		net->heard(net->context, index, stream->in + at + lead,
				(size_t)frame - lead);
		at += (size_t)frame;
	}
	memmove(stream->in, stream->in + at, stream->in_len - at);
	stream->in_len -= at;
	if(frame < 0)
		fprintf(stderr, "kamjvm-load: a message of more than %d bytes\n",
				KL_MESSAGE_MAX);
	return frame == 0;
}

bool kl_tcp_receive(struct kl_net *net, unsigned index)
{
	struct kl_stream *stream = net->sockets[index].stream;
	ssize_t got = recv(net->sockets[index].fd, stream->in + stream->in_len,
			IN_SIZE - stream->in_len, MSG_DONTWAIT);

	if(got < 0)
		return errno == EAGAIN || errno == EINTR;
	if(got == 0) {
		fprintf(stderr, "kamjvm-load: the server has closed a connection\n");
		return false;
	}
	stream->in_len += (size_t)got;
	return unpack(net, index);
}
