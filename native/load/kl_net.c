/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "kl_net.h"
#include "kl_clock.h"
#include "kl_tcp.h"
#include "kl_udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 32
#define INPUT KL_MAX_SOCKETS

bool kl_net_open(struct kl_net *net, const struct sockaddr_in *server, bool tcp,
		unsigned count)
{
	struct epoll_event event = {.events = EPOLLIN};
	unsigned i;

	net->tcp = tcp;
	net->count = 0;
	net->epoll = epoll_create1(EPOLL_CLOEXEC);
	net->batch = tcp ? NULL : kl_udp_new();
	if(net->epoll < 0 || (!tcp && net->batch == NULL)) {
		perror("kamjvm-load: epoll");
		return false;
	}
	for(i = 0; i < count; i++) {
		struct kl_socket *socket = &net->sockets[i];
		if(!(tcp ? kl_tcp_open(socket, server) : kl_udp_open(socket, server)))
			return false;
		net->count++;
		event.data.u32 = i;
		if(epoll_ctl(net->epoll, EPOLL_CTL_ADD, socket->fd, &event) != 0) {
			perror("kamjvm-load: epoll");
			return false;
		}
	}
	return true;
}

void kl_net_close(struct kl_net *net)
{
	unsigned i;

	for(i = 0; i < net->count; i++) {
		kl_tcp_close(&net->sockets[i]);
		close(net->sockets[i].fd);
	}
	kl_udp_free(net->batch);
	close(net->epoll);
}

bool kl_net_send(
		struct kl_net *net, unsigned socket, const char *data, size_t len)
{
	return net->tcp ? kl_tcp_send(net, socket, data, len)
					: kl_udp_send(net, socket, data, len);
}

bool kl_net_flush(struct kl_net *net)
{
	return net->tcp ? kl_tcp_flush(net) : kl_udp_flush(net);
}

static bool hear(struct kl_net *net, unsigned index)
{
	char line[64];

	if(index != INPUT)
		return net->tcp ? kl_tcp_receive(net, index)
						: kl_udp_receive(net, index);
	/* its end counts as a word, too: whoever steered us is gone */
	if(read(STDIN_FILENO, line, sizeof(line)) >= 0) {
		net->input_ready = true;
		epoll_ctl(net->epoll, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
	}
	return true;
}

bool kl_net_poll(struct kl_net *net, int64_t wait_ns)
{
	struct epoll_event events[EVENTS];
	struct timespec wait = {wait_ns / KL_S, wait_ns % KL_S};
	int count, i;

	count = epoll_pwait2(net->epoll, events, EVENTS, &wait, NULL);
	if(count < 0 && errno != EINTR) {
		perror("kamjvm-load: epoll");
		return false;
	}
	for(i = 0; i < count; i++)
		if(!hear(net, events[i].data.u32))
			return false;
	return true;
}

bool kl_net_watch_input(struct kl_net *net)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = INPUT};

	if(epoll_ctl(net->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
		perror("kamjvm-load: standard input");
		return false;
	}
	return true;
}

uint64_t kl_net_drops(const struct kl_net *net)
{
	uint32_t info[SK_MEMINFO_VARS];
	uint64_t drops = 0;
	unsigned i;

	/* of a stream the kernel counts what the sender repeats anyway */
	for(i = 0; !net->tcp && i < net->count; i++) {
		socklen_t len = sizeof(info);
		if(getsockopt(net->sockets[i].fd, SOL_SOCKET, SO_MEMINFO, info, &len)
						== 0
				&& len > SK_MEMINFO_DROPS * sizeof(uint32_t))
			drops += info[SK_MEMINFO_DROPS];
	}
	return drops;
}
