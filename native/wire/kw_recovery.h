/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The recovery log: an anonymous MAP_SHARED mapping of its own, made by the
 * keeper before the first engine and inherited by every engine. Only the
 * engine thread of the living engine writes it; the next engine reads it
 * (io.kamjvm.bridge.RecoverySpace). C maps it and knows no more than this
 * page; a mapping of zeros is an empty log. Native byte order.
 *
 *   0     header words, KW_RECOVERY_HEADER_*
 *   64    directory: one 64-bit word per segment, KW_RECOVERY_FREE or _USED
 *   64 k  segments
 *
 * A segment holds records one behind the other, each aligned to 8. A record is
 * valid when its first word is not 0, which is stored last, after the word
 * behind the record has been zeroed: so whoever reads stops where the writer
 * was. A record that is replaced or removed is marked dead in that word; two
 * living records with one id mean that the writer died between the two, and
 * the one with the higher sequence holds. Records are moved to other segments
 * in the same way, with their sequence.
 *
 * First word: length of the whole record in its lower 32 bits, then 8 bits of
 * kind, 8 bits of state, 16 bits of KW_RECOVERY_MARK. The counter is stored in
 * place, by single 8-byte stores, while the record lives.
 */
#ifndef KW_RECOVERY_H
#define KW_RECOVERY_H

#include <stdint.h>

#define KW_RECOVERY_MAGIC UINT64_C(0x004d564a4d414b4c)
#define KW_RECOVERY_VERSION 1
#define KW_RECOVERY_HEADER_MAGIC 0 /* 0 until the rest is laid out */
#define KW_RECOVERY_HEADER_VERSION 8
#define KW_RECOVERY_HEADER_SEGMENTS 12 /* how many there are */
#define KW_RECOVERY_HEADER_SEGMENT 16  /* bytes of each */
#define KW_RECOVERY_DIRECTORY 64
#define KW_RECOVERY_DATA 65536
#define KW_RECOVERY_SEGMENT (1024 * 1024)
#define KW_RECOVERY_FREE 0
#define KW_RECOVERY_USED 1

#define KW_RECOVERY_MARK 0x6b72
#define KW_RECOVERY_LIVE 1
#define KW_RECOVERY_DEAD 2
#define KW_RECOVERY_RECORD_WORD 0
#define KW_RECOVERY_RECORD_ID 8
#define KW_RECOVERY_RECORD_BYTES 12 /* length of the value */
#define KW_RECOVERY_RECORD_SEQUENCE 16
#define KW_RECOVERY_RECORD_COUNTER 24
#define KW_RECOVERY_RECORD_CHECK 32 /* CRC-32C: sequence, id, value */
#define KW_RECOVERY_RECORD_VALUE 40
#define KW_RECOVERY_RECORD_MAX (128 * 1024) /* header and value */

/* Bounds of parameter recovery_memory, in megabytes. A Java buffer ends at
 * 2 GB. */
#define KW_RECOVERY_LEAST_MB 16
#define KW_RECOVERY_MOST_MB 2047

#endif
