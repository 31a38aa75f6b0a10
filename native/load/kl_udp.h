/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UDP half of kl_net: datagrams in batches.
 */
#ifndef KL_UDP_H
#define KL_UDP_H

#include "kl_net.h"

struct kl_batch *kl_udp_new(void);
void kl_udp_free(struct kl_batch *batch);
bool kl_udp_open(struct kl_socket *socket, const struct sockaddr_in *server);
bool kl_udp_send(
		struct kl_net *net, unsigned socket, const char *data, size_t len);
bool kl_udp_flush(struct kl_net *net);
bool kl_udp_receive(struct kl_net *net, unsigned socket);

#endif
