#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Says what was found on this machine and what is wrong with it for kamjvm.
# Changes nothing. Exit code 1 if something would keep the modules from working.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist=$root/build/dist
wrong=0

ok() { printf '  ok     %s\n' "$*"; }
note() { printf '  note   %s\n' "$*"; }
bad() {
  printf '  WRONG  %s\n' "$*"
  wrong=$((wrong + 1))
}
section() { printf '\n%s\n' "$*"; }
# Printable strings of a file, without binutils.
strings_of() { tr -c '[:print:]\t' '\n' <"$1"; }

section Kamailio
if command -v kamailio >/dev/null; then
  version=$(kamailio -V | sed -n 's/ *$//; s/^version: //p')
  flags=$(kamailio -V | sed -n 's/ *$//; s/^flags: //p')
  ok "$version ($(command -v kamailio))"
  ok "flags: $flags"
else
  version='' flags=''
  bad "no kamailio on the path; './kamjvm build' installs Debian's package"
fi
if command -v kamcmd >/dev/null; then
  ok "kamcmd ($(command -v kamcmd))"
else
  note 'no kamcmd: the RPC commands need it or jsonrpcs'
fi

section 'Modules of this tree'
if ls "$dist"/modules/*.so >/dev/null 2>&1; then
  for so in "$dist"/modules/*.so; do
    name=$(basename "$so")
    case $name in lib*) ok "$name" && continue ;; esac
    if [ -z "$version" ]; then
      note "$name: cannot be compared, there is no kamailio"
    elif strings_of "$so" | grep -qxF "$version" && strings_of "$so" | grep -qxF "$flags"; then
      ok "$name: built for this Kamailio"
    else
      bad "$name: built for another version or other flags; run './kamjvm build'"
    fi
  done
  ok "mpath for kamailio.cfg: $dist/modules:<path of the stock modules>"
else
  note "not built yet: './kamjvm build'"
fi

section Java
found=''
for jvm in ${JAVA_HOME:+"$JAVA_HOME"/lib/server/libjvm.so} /usr/lib/jvm/default-java/lib/server/libjvm.so \
  /usr/lib/jvm/java-17-*/lib/server/libjvm.so /usr/lib/jvm/*/lib/server/libjvm.so; do
  [ -e "$jvm" ] || continue
  real=$(readlink -f "$jvm")
  case " $found " in *" $real "*) continue ;; esac
  found="$found $real"
  release=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$(dirname "$real")/../../release" 2>/dev/null)
  if [ "${release%%.*}" -ge 17 ] 2>/dev/null; then
    ok "$release ($jvm)"
  else
    note "${release:-unknown version} ($jvm): too old, 17 or newer is needed"
  fi
done
[ -n "$found" ] || bad "no libjvm.so found; install openjdk-17-jre-headless or set modparam jvm_library"
if command -v mvn >/dev/null; then
  ok "$(mvn -v 2>/dev/null | sed -n '1s/\x1b\[[0-9;]*m//gp')"
else
  note 'no Maven: only needed to build'
fi

section 'Database drivers'
for driver in 'h2:h2://' 'postgresql:postgres://' 'mariadb-java-client:mysql://' 'sqlite-jdbc:sqlite://'; do
  jar=$(find "$dist/lib" -name "${driver%%:*}-[0-9]*.jar" 2>/dev/null | head -1)
  if [ -n "$jar" ]; then ok "${driver#*:}  $(basename "$jar")"; else note "${driver#*:}  driver not built yet"; fi
done

section 'systemd (only matters when Kamailio runs as a service)'
if command -v systemctl >/dev/null && systemctl cat kamailio.service >/dev/null 2>&1; then
  show() { systemctl show kamailio.service -p "$1" --value 2>/dev/null; }
  policy=$(show OOMPolicy)
  if [ "$policy" = continue ]; then
    ok 'OOMPolicy=continue'
  else
    bad "OOMPolicy=${policy:-stop}: when the kernel kills the engine for memory, systemd stops the whole
         Kamailio. Cure: install kamailio-cfg/systemd/kamjvm.conf as
         /etc/systemd/system/kamailio.service.d/kamjvm.conf, then systemctl daemon-reload"
  fi
  if [ "$(show MemoryDenyWriteExecute)" = yes ]; then
    bad 'MemoryDenyWriteExecute=yes: the JVM compiles code at run time and cannot start'
  else
    ok 'MemoryDenyWriteExecute is off'
  fi
  [ -n "$(show RootDirectory)" ] && bad 'RootDirectory is set: the engine must find its jars and the JDK inside it'
  memory=$(show MemoryMax)
  [ "$memory" = infinity ] || [ -z "$memory" ] || note "MemoryMax=$memory counts the engine's heap too"
else
  note 'no systemd unit kamailio.service here'
fi

section Limits
cfg=/etc/kamailio/kamailio.cfg
if [ -r "$cfg" ]; then
  grep -qE '^[[:space:]]*chroot' "$cfg" && bad "$cfg sets chroot: jars, JDK and modules must exist inside it"
  grep -qE '^[[:space:]]*mlock_pages[[:space:]]*=[[:space:]]*(yes|1)' "$cfg" &&
    note "$cfg sets mlock_pages: the shared region of the modules is locked too; raise RLIMIT_MEMLOCK"
fi
if [ -d /dev/shm ]; then
  ok "/dev/shm $(df -h --output=size /dev/shm | tail -1 | tr -d ' ') (the region is an anonymous mapping and does not need it)"
fi
ok "core file limit: $(ulimit -c) (the engine sets its own to 0)"
ok "open files limit: $(ulimit -n)"
memory=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
if [ "$memory" -ge 1024 ]; then ok "memory available: $memory MB"; else note "memory available: $memory MB; the engine's heap is 512 MB unless jvm_options says otherwise"; fi

printf '\n'
if [ "$wrong" -eq 0 ]; then
  printf 'Nothing wrong found.\n'
else
  printf '%s thing(s) wrong.\n' "$wrong"
  exit 1
fi
