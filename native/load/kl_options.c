/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "kl_options.h"
#include "kl_clock.h"
#include "kl_net.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE 2

/* clang-format off */
static const struct kl_scenario scenarios[] = {
	/* name, what,                                          PUB  SUB REF  watchers await open */
	{"publish",   "modify publications",                  {100,   0,  0}, false, false, false},
	{"subscribe", "make new subscriptions",               {  0, 100,  0}, false, false, false},
	{"refresh",   "refresh subscriptions",                {  0,   0, 100}, true, false, false},
	{"fanout",    "modify, until all watchers know",      {100,   0,  0}, true,  true,  false},
	{"mixed",     "70 % refresh, 20 % publish, 10 % new", { 20,  10, 70}, true,  false, true},
	{"flood",     "modify at a rate, whatever comes back", {100,  0,  0}, true,  false, true},
};

static const struct option words[] = {
	{"server",       required_argument, NULL, 's'},
	{"scenario",     required_argument, NULL, 'c'},
	{"transport",    required_argument, NULL, 't'},
	{"presentities", required_argument, NULL, 'p'},
	{"watchers",     required_argument, NULL, 'w'},
	{"window",       required_argument, NULL, 'n'},
	{"setup-window", required_argument, NULL, 'N'},
	{"rate",         required_argument, NULL, 'r'},
	{"operations",   required_argument, NULL, 'o'},
	{"body",         required_argument, NULL, 'b'},
	{"expires",      required_argument, NULL, 'e'},
	{"sockets",      required_argument, NULL, 'S'},
	{"seconds",      required_argument, NULL, 'd'},
	{"warmup",       required_argument, NULL, 'W'},
	{"warmup-operations", required_argument, NULL, 'O'},
	{"drain",        required_argument, NULL, 'D'},
	{"after",        required_argument, NULL, 'a'},
	{"after-rate",   required_argument, NULL, 'R'},
	{"setup-limit",  required_argument, NULL, 'L'},
	{"t1",           required_argument, NULL, '1'},
	{"fanout-limit", required_argument, NULL, 'F'},
	{"prefix",       required_argument, NULL, 'P'},
	{"busy",         required_argument, NULL, 'B'},
	{"no-documents", no_argument,       NULL, 'x'},
	{"handshake",    no_argument,       NULL, 'H'},
	{NULL, 0, NULL, 0}
};

static const char usage[] =
	"usage: kamjvm-load --server 127.0.0.1:PORT --scenario NAME [option ...]\n"
	"  --transport udp|tcp      udp\n"
	"  --sockets N              sockets or connections (4)\n"
	"  --presentities N         (100)\n"
	"  --watchers N             of each presentity, where the scenario has some (10)\n"
	"  --window N               operations under way, closed loop (32)\n"
	"  --setup-window N         the same before the measurement (32)\n"
	"  --rate N                 operations a second, open loop (500)\n"
	"  --seconds S              length of the measurement (5)\n"
	"  --operations N           end it after so many operations\n"
	"  --warmup S               the same load before it (0)\n"
	"  --warmup-operations N    go on with it until so many have started, at\n"
	"                           most eight times as long (0)\n"
	"  --after S                the same kind of load after it (0)\n"
	"  --after-rate N           at this rate (100)\n"
	"  --drain S                wait for what is still owed afterwards (5)\n"
	"  --setup-limit S          give up when the start takes longer (60)\n"
	"  --body BYTES             of a document (600)\n"
	"  --expires S              of publications and subscriptions (3600)\n"
	"  --busy honour|ignore     Retry-After (honour)\n"
	"  --t1 MS                  first retransmission over UDP (500)\n"
	"  --fanout-limit MS        until a state counts as not arrived (5000)\n"
	"  --no-documents           subscribe to presentities without a document\n"
	"  --prefix TEXT            of all users (of this process only)\n"
	"  --handshake              say ready, wait for a line, say measured\n"
	"Prints one JSON object. Scenarios:\n";
/* clang-format on */

static int refuse(const char *why, const char *what)
{
	unsigned i;

	fprintf(stderr, "kamjvm-load: %s%s\n%s", why, what, usage);
	for(i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		fprintf(stderr, "  %-24s %s\n", scenarios[i].name, scenarios[i].what);
	return USAGE;
}

static bool server_of(struct sockaddr_in *server, const char *text)
{
	char host[INET_ADDRSTRLEN];
	const char *colon = strrchr(text, ':');
	long port;

	if(colon == NULL || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = 0;
	port = strtol(colon + 1, NULL, 10);
	server->sin_family = AF_INET;
	server->sin_port = htons((uint16_t)port);
	return port > 0 && port < 65536
		   && inet_pton(AF_INET, host, &server->sin_addr) == 1;
}

static bool count(unsigned *number, const char *text, unsigned most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if(text[0] < '0' || text[0] > '9' || *end != 0 || value > most)
		return false;
	*number = (unsigned)value;
	return true;
}

static bool seconds(double *number, const char *text)
{
	char *end;

	*number = strtod(text, &end);
	return end != text && *end == 0 && *number >= 0 && *number <= 86400;
}

static bool milliseconds(int64_t *ns, const char *text)
{
	unsigned number;

	if(!count(&number, text, 3600000) || number == 0)
		return false;
	*ns = number * KL_MS;
	return true;
}

static bool scenario(struct kl_options *o, const char *name)
{
	unsigned i;

	for(i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if(strcmp(scenarios[i].name, name) == 0)
			o->scenario = &scenarios[i];
	return o->scenario != NULL;
}

static bool one_of(bool *second, const char *text, const char *a, const char *b)
{
	*second = strcmp(text, b) == 0;
	return *second || strcmp(text, a) == 0;
}

static bool prefix(char *to, size_t size, const char *text)
{
	if(text[0] == 0 || strlen(text) >= size
			|| strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")
					   != strlen(text))
		return false;
	strcpy(to, text);
	return true;
}

static bool set(struct kl_options *o, int word, const char *text)
{
	switch(word) {
		case 's':
			return server_of(&o->server, text);
		case 'c':
			return scenario(o, text);
		case 't':
			return one_of(&o->tcp, text, "udp", "tcp");
		case 'p':
			return count(&o->presentities, text, 1000000) && o->presentities;
		case 'w':
			return count(&o->watchers, text, 1000000);
		case 'n':
			return count(&o->window, text, 8192) && o->window;
		case 'N':
			return count(&o->setup_window, text, 8192) && o->setup_window;
		case 'r':
			return count(&o->rate, text, 1000000) && o->rate;
		case 'o':
			return count(&o->operations, text, 100000000);
		case 'O':
			return count(&o->warmup_operations, text, 100000000);
		case 'b':
			return count(&o->body, text, 32768) && o->body >= 300;
		case 'e':
			return count(&o->expires, text, 86400) && o->expires;
		case 'S':
			return count(&o->sockets, text, KL_MAX_SOCKETS) && o->sockets;
		case 'd':
			return seconds(&o->seconds, text);
		case 'W':
			return seconds(&o->warmup, text);
		case 'D':
			return seconds(&o->drain, text);
		case 'a':
			return seconds(&o->after, text);
		case 'R':
			return count(&o->after_rate, text, 1000000) && o->after_rate;
		case 'L':
			return seconds(&o->setup_limit, text);
		case '1':
			return milliseconds(&o->t1, text);
		case 'F':
			return milliseconds(&o->fanout_limit, text);
		case 'P':
			return prefix(o->prefix, sizeof(o->prefix), text);
		case 'B':
			return one_of(&o->ignore_busy, text, "honour", "ignore");
		case 'x':
			o->documents = false;
			return true;
		case 'H':
			o->handshake = true;
			return true;
		default:
			return false;
	}
}

int kl_options_parse(struct kl_options *o, int argc, char **argv)
{
	int word, index = 0;

	*o = (struct kl_options){.documents = true,
			.sockets = 4,
			.presentities = 100,
			.watchers = 10,
			.window = 32,
			.setup_window = 32,
			.rate = 500,
			.after_rate = 100,
			.body = 600,
			.expires = 3600,
			.seconds = 5,
			.drain = 5,
			.setup_limit = 60,
			.t1 = 500 * KL_MS,
			.fanout_limit = 5 * KL_S};
	snprintf(o->prefix, sizeof(o->prefix), "l%ld", (long)getpid());
	while((word = getopt_long(argc, argv, "", words, &index)) != -1) {
		if(word == '?')
			return refuse("", "");
		if(!set(o, word, optarg))
			return refuse("bad value of --", words[index].name);
	}
	if(optind < argc)
		return refuse("unexpected: ", argv[optind]);
	if(o->server.sin_port == 0)
		return refuse("--server is missing", "");
	if(o->scenario == NULL)
		return refuse("--scenario is missing", "");
	if((uint64_t)o->presentities * o->watchers > 4000000)
		return refuse("too many watchers", "");
	return 0;
}
