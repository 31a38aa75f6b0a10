#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Publishes this machine's CPU load as presence through the FIFO of pua_mi, as
# the module's manual shows: from cron once a minute, say.
#
#   publish-load.sh sip:system@example.com [FIFO [REPLY_DIR]]
#
# Prints what the server answered; ends with 0 if it has accepted. Kamailio's
# user must be allowed to write to a FIFO that we make in REPLY_DIR, and must
# see the same directory: with systemd's PrivateTmp=yes /tmp is not.
set -eu

uri=$1
fifo=${2:-/run/kamailio/kamailio_fifo}
replies=${3:-/tmp}
name=publish_load_$$
reply=$replies/$name

[ -p "$fifo" ] || {
  echo "$fifo is no FIFO: is Kamailio running, with mi_fifo?" >&2
  exit 1
}
trap 'rm -f "$reply"' EXIT
mkfifo -m 622 "$reply"

read -r load _ < /proc/loadavg
basic=open
xml="<?xml version='1.0'?><presence xmlns='urn:ietf:params:xml:ns:pidf'"
xml="$xml xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model' entity='${uri#sip:}'>"
xml="$xml<tuple id='load'><status><basic>$basic</basic></status></tuple>"
xml="$xml<dm:person id='system'><dm:note>CPU:$load</dm:note></dm:person></presence>"

# A command: its name and the reply FIFO's; presentity, expires, event, type,
# id, ETag and extra headers, a dot where there is none; the body; an empty line.
{
  printf ':pua_publish:%s\n' "$name"
  printf '%s\n' "$uri" 120 presence application/pidf+xml load . . "$xml"
  printf '\n'
} > "$fifo"

# 200 OK, then what the presence server said
answer=$(timeout 40 cat "$reply") || {
  echo "no answer on $reply" >&2
  exit 1
}
printf '%s\n' "$answer"
case $(printf '%s\n' "$answer" | sed -n 2p) in
  2*) ;;
  *) exit 1 ;;
esac
