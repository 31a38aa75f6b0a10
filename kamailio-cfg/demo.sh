#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts Kamailio on loopback with demo.cfg, plays the demo scene, stops again.
# With KAMJVM_STAY set it keeps running until Ctrl-C. Expects ./kamjvm build.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
dist=$root/build/dist
work=$(mktemp -d)
pid=''

finish() {
  local code=$?
  trap - EXIT INT TERM
  if [ -n "$pid" ] && kill -TERM "$pid" 2>/dev/null; then
    wait "$pid" || true
    echo "kamjvm: Kamailio and the engine are stopped"
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# true when nobody has the port, UDP or TCP
is_free() {
  ! grep -qi ":$(printf '%04X' "$1") " /proc/net/udp /proc/net/tcp /proc/net/udp6 /proc/net/tcp6 2>/dev/null
}

port=${KAMJVM_PORT:-}
if [ -z "$port" ]; then
  for port in 5060 5070 5080 5090 15060 25060; do
    if is_free "$port"; then break; fi
  done
fi
is_free "$port" || {
  echo "kamjvm: port $port is in use; set KAMJVM_PORT to a free one" >&2
  exit 1
}

stock=''
for directory in /usr/lib/*/kamailio/modules /usr/lib64/kamailio/modules; do
  if [ -e "$directory/tm.so" ]; then stock=$directory; fi
done
[ -n "$stock" ] || {
  echo "kamjvm: the distribution's Kamailio modules were not found below /usr/lib" >&2
  exit 1
}

ctl=$work/kamailio_ctl
echo "kamjvm: starting Kamailio on 127.0.0.1:$port (UDP and TCP), database in $work"
/usr/sbin/kamailio -f "$root/kamailio-cfg/demo.cfg" -DD -E \
  -A "MPATH=\"$dist/modules:$stock\"" \
  -A "DBURL=\"h2://$work/presence\"" \
  -A "CTL=\"unixs:$ctl\"" \
  -l "udp:127.0.0.1:$port" -l "tcp:127.0.0.1:$port" \
  -m 64 -M 8 -P "$work/pid" -Y "$work" -w "$work" \
  >"$work/log" 2>&1 &
pid=$!

for _ in $(seq 300); do
  if kamcmd -s "unixs:$ctl" core.version >/dev/null 2>&1; then break; fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
if ! kamcmd -s "unixs:$ctl" core.version >/dev/null 2>&1; then
  echo "kamjvm: Kamailio did not start; its log ends with:" >&2
  tail -25 "$work/log" >&2
  exit 1
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! "$java" -cp "$root/build/harness/*:$dist/lib/*" \
  io.kamjvm.harness.DemoScene "127.0.0.1:$port" "$ctl"; then
  echo "kamjvm: the scene failed; Kamailio's log ends with:" >&2
  tail -40 "$work/log" >&2
  exit 1
fi

if [ -n "${KAMJVM_STAY:-}" ]; then
  cat <<TXT

kamjvm: Kamailio stays until Ctrl-C.
  softphone:  any user @127.0.0.1, no password, proxy 127.0.0.1:$port (UDP or TCP),
              presence by "presence agent" (PUBLISH and SUBSCRIBE)
  look:       kamcmd -s unixs:$ctl presence.presentity_list full
  log:        $work/log
TXT
  wait "$pid"
fi
