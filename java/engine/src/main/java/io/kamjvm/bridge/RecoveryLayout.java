// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/**
 * Layout of the recovery log; the twin of {@code kw_recovery.h}, where it is described. Constants
 * are named as in C without {@code KW_}; a contract test compares all of them.
 */
public final class RecoveryLayout {
  public static final long RECOVERY_MAGIC = 0x004d564a4d414b4cL;
  public static final int RECOVERY_VERSION = 1;
  public static final int RECOVERY_HEADER_MAGIC = 0;
  public static final int RECOVERY_HEADER_VERSION = 8;
  public static final int RECOVERY_HEADER_SEGMENTS = 12;
  public static final int RECOVERY_HEADER_SEGMENT = 16;
  public static final int RECOVERY_DIRECTORY = 64;
  public static final int RECOVERY_DATA = 65536;
  public static final int RECOVERY_SEGMENT = 1024 * 1024;
  public static final int RECOVERY_FREE = 0;
  public static final int RECOVERY_USED = 1;

  public static final int RECOVERY_MARK = 0x6b72;
  public static final int RECOVERY_LIVE = 1;
  public static final int RECOVERY_DEAD = 2;
  public static final int RECOVERY_RECORD_WORD = 0;
  public static final int RECOVERY_RECORD_ID = 8;
  public static final int RECOVERY_RECORD_BYTES = 12;
  public static final int RECOVERY_RECORD_SEQUENCE = 16;
  public static final int RECOVERY_RECORD_COUNTER = 24;
  public static final int RECOVERY_RECORD_CHECK = 32;
  public static final int RECOVERY_RECORD_VALUE = 40;
  public static final int RECOVERY_RECORD_MAX = 128 * 1024;

  /** Bounds of parameter {@code recovery_memory}, megabytes. */
  public static final int RECOVERY_LEAST_MB = 16;

  public static final int RECOVERY_MOST_MB = 2047;

  private RecoveryLayout() {}
}
