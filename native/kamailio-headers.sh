#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetches Kamailio's headers: the source package of exactly the installed
# version, through a private apt list, so that the machine's own apt
# configuration stays untouched. Prints the path of a gcc response file with
# Kamailio's compile definitions and include path. Cached per version.
#
# usage: kamailio-headers.sh CACHE_DIRECTORY
# needs: kamailio, apt, dpkg-dev, make, gcc
set -euo pipefail

cache=$1
version=$(dpkg-query -W -f '${source:Version}' kamailio)
home=$cache/kamailio-$version
flags=$home/kamailio.rsp
say() { printf '%s\n' "kamailio-headers: $*" >&2; }

# What the installed binary compares when it loads a module.
binary_identity() {
  kamailio -V | sed -n 's/ *$//; s/^version: //p; s/^flags: //p'
}

headers_identity() {
  local probe
  probe=$(mktemp -d)
  cat >"$probe/probe.c" <<'C'
#include <stdio.h>
#include "core/ver_defs.h"
int main(void)
{
	printf("%s\n%s\n", SER_FULL_VERSION, SER_COMPILE_FLAGS);
	return 0;
}
C
  # shellcheck disable=SC2094
  gcc "@$flags" -DMOD_NAME='"probe"' -o "$probe/probe" "$probe/probe.c" >&2
  "$probe/probe" | sed 's/ *$//'
  rm -rf "$probe"
}

fetch_source() {
  local lists=$home/apt source
  mkdir -p "$lists/lists/partial"
  # The machine's own Debian entries once more, as deb-src.
  {
    find /etc/apt -maxdepth 2 -name '*.list' -exec sed -n 's/^ *deb \(.*debian.*\)/deb-src \1/p' {} +
  } >"$lists/src.list"
  find /etc/apt/sources.list.d -name '*.sources' -exec grep -l debian {} + 2>/dev/null |
    while read -r source; do
      sed 's/^Types:.*/Types: deb-src/' "$source"
      printf '\n'
    done >"$lists/src.sources" || true
  if [ ! -s "$lists/src.list" ]; then rm "$lists/src.list"; fi
  if [ ! -s "$lists/src.sources" ]; then rm "$lists/src.sources"; fi
  mkdir -p "$lists/parts"
  find "$lists" -maxdepth 1 -name 'src.*' -exec mv {} "$lists/parts/" \;
  local options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$lists/parts"
    -o "Dir::State::lists=$lists/lists" -o "APT::Sandbox::User=root" -qq)
  say "fetching the source package kamailio $version (13 MB)"
  apt-get "${options[@]}" update >&2
  (
    cd "$home"
    # Signatures of the upstream tarball are missing on some mirrors; the
    # files listed in the .dsc that we need come first.
    apt-get "${options[@]}" source --download-only "kamailio=$version" >&2 || true
    rm -rf source
    if ! dpkg-source --no-check -x kamailio_*.dsc source >&2; then
      rm -rf source
      mkdir source
      tar -xf kamailio_*.orig.tar.* --strip-components=1 -C source
    fi
  )
}

write_flags() {
  local multiarch
  multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
  make -s -C "$home/source/src" cfg-defs FLAVOUR=kamailio prefix=/usr \
    cfg_target=/etc/kamailio/ "LIBDIR=lib/$multiarch" \
    LIBSSL_SET_MUTEX_SHARED=1 CC_EXTRA_OPTS=-DVERSION_NODATE >&2
  {
    sed -n 's/^C_DEFS= *//p' "$home/source/src/config.mak" | head -1
    printf '%s\n' "-DKSR_PTHREAD_MUTEX_SHARED -isystem $home/source/src"
  } | tr '\n' ' ' >"$flags.new"
  mv "$flags.new" "$flags"
}

if [ ! -s "$flags" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  fetch_source
  write_flags
fi
if [ ! -e "$home/verified" ]; then
  if [ "$(headers_identity)" != "$(binary_identity)" ]; then
    say "the headers do not match the installed kamailio; modules would be refused"
    say "installed: $(binary_identity | tr '\n' ' ')"
    say "headers:   $(headers_identity | tr '\n' ' ')"
    rm -f "$flags"
    exit 1
  fi
  touch "$home/verified"
fi
printf '%s\n' "$flags"
