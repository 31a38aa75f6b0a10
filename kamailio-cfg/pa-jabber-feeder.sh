#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tells pa (kamailio-cfg/pa.cfg) what some other system knows of its users: a
# line "user@jabber-domain state [show] [note]" on standard input becomes
# presence of sip:user*jabber-domain@gateway. state: available, unavailable,
# refused, unknown; show: away, xa, dnd, chat. A real bridge would speak XMPP
# (XEP-0114) where this reads lines.
#
#   echo 'romeo@example.net available away "on the balcony"' | pa-jabber-feeder.sh
#
# PA_SOCKET: kamcmd's; PA_LIFETIME: seconds after which what is not repeated
# is forgotten.
set -eu

socket=${PA_SOCKET:-unixs:/var/run/kamailio/kamailio_ctl}
lifetime=${PA_LIFETIME:-600}

while read -r jabber_id state show note; do
	[ -n "$jabber_id" ] || continue
	note=${note#\"}
	kamcmd -s "$socket" pa.inject jabber "$jabber_id" "$state" \
		"${show:-.}" "s:${note%\"}" "s:$lifetime" feeder || exit 1
done
