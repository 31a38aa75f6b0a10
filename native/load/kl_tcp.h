/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The TCP half of kl_net: one connection per socket, which also carries what
 * the server sends by itself: our Contact is its address.
 */
#ifndef KL_TCP_H
#define KL_TCP_H

#include "kl_net.h"

bool kl_tcp_open(struct kl_socket *socket, const struct sockaddr_in *server);
void kl_tcp_close(struct kl_socket *socket);
bool kl_tcp_send(
		struct kl_net *net, unsigned socket, const char *data, size_t len);
bool kl_tcp_flush(struct kl_net *net);
bool kl_tcp_receive(struct kl_net *net, unsigned socket);

#endif
