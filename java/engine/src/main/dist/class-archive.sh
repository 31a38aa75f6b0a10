#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes kamjvm.jsa beside the jars: the classes as the JVM maps them, so that the engine starts
# with a third less CPU (io.kamjvm.ClassArchive). The JVM compares places and times of the jars:
# after the tree has been moved or the JDK has been updated the archive does not fit any more, the
# engine says so and starts without it; then this is to be run again.
#
# usage: sh lib/class-archive.sh [JAVA]
set -eu
java=${1:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
cd "$(dirname "$0")/../modules"
# name by name the class path that the runtime library makes
path=''
LC_ALL=C
export LC_ALL
for jar in "$PWD"/../lib/*.jar; do
  path=$path${path:+:}$jar
done
rm -f ../lib/kamjvm.jsa
exec "$java" -Xlog:disable -Xmx256m --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED \
  -XX:ArchiveClassesAtExit=../lib/kamjvm.jsa -cp "$path" \
  io.kamjvm.ClassArchive ../lib/*.jar
