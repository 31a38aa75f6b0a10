// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/**
 * Layout of the shared region; the twin of {@code kw_region.h}, {@code kw_frame.h}, {@code
 * kw_deferral.h}, {@code kw_ring.h} and {@code kw_tlv.h}. Constants are named as in C without
 * {@code KW_}. Offsets are counted from the start of the region ({@code HEADER_}), of a courier's
 * block ({@code COURIER_}), of a frame, of a deferral record, or of a ring's trailer. A contract
 * test compares all of them, in both directions. All words are in native byte order.
 */
public final class RegionLayout {
  public static final long MAGIC = 0x004d564a4d414b01L;
  public static final int LAYOUT_VERSION = 1;
  public static final int PAGE = 4096;
  public static final int CACHE_LINE = 128;
  public static final int MAX_PROCESSES = 4096;
  public static final int MAX_COURIERS = 256;

  public static final int ENGINE_DOWN = 0;
  public static final int ENGINE_STARTING = 1;
  public static final int ENGINE_READY = 2;
  public static final int ENGINE_FAILED = 3;
  public static final int ENGINE_STOPPING = 4;
  public static final int ENGINE_STOPPED = 5;

  /** Milliseconds without a heartbeat after which nobody waits. */
  public static final int ENGINE_LATE_MS = 300;

  /** Milliseconds of the oldest uncommitted change after which no new call is accepted. */
  public static final int UNCOMMITTED_LATE_MS = 200;

  public static final int FRAMES_PER_PROCESS = 4;
  public static final int FRAME_HEADER = 256;
  public static final int FRAME_AREA = 160 * 1024;
  public static final int FRAME_STRIDE = FRAME_HEADER + 2 * FRAME_AREA;
  public static final int EVENTS_CAPACITY = 4 * 1024 * 1024;
  public static final int COMMANDS_CAPACITY = 2 * 1024 * 1024;
  public static final int RING_TRAILER = 768;
  public static final int COURIER_HEADER = 256;
  public static final int COURIER_STRIDE =
      COURIER_HEADER
          + COMMANDS_CAPACITY
          + RING_TRAILER
          + (PAGE - (COURIER_HEADER + RING_TRAILER) % PAGE);
  public static final int CONFIG_CAPACITY = 256 * 1024;
  public static final int MANIFEST_CAPACITY = 64 * 1024;
  public static final int FAILURE_CAPACITY = 1984;
  public static final int DEFERRAL_STRIDE = 2048;
  public static final int DEFERRAL_COUNT = 8192;
  public static final int DEFERRAL_TAG = 256;
  public static final int DEFERRAL_HEADERS = DEFERRAL_STRIDE - 64 - DEFERRAL_TAG;
  public static final int TLV_MAX_DEPTH = 8;

  public static final int HEADER_MAGIC = 0;
  public static final int HEADER_LAYOUT_VERSION = 8;
  public static final int HEADER_PROCESS_COUNT = 12;
  public static final int HEADER_TOTAL_LENGTH = 16;
  public static final int HEADER_CONFIG_OFFSET = 24;
  public static final int HEADER_MANIFEST_OFFSET = 32;
  public static final int HEADER_FRAMES_OFFSET = 40;
  public static final int HEADER_EVENTS_OFFSET = 48;
  public static final int HEADER_COURIERS_OFFSET = 56;
  public static final int HEADER_DEFERRALS_OFFSET = 64;
  public static final int HEADER_CONFIG_LENGTH = 72;
  public static final int HEADER_MANIFEST_LENGTH = 76;
  public static final int HEADER_COURIER_COUNT = 80;
  public static final int HEADER_DEFERRAL_COUNT = 84;
  public static final int HEADER_ENGINE_STATE = 512;
  public static final int HEADER_EPOCH = 516;
  public static final int HEADER_REAPED_EPOCH = 520;
  public static final int HEADER_STOP_REQUESTED = 524;
  public static final int HEADER_ENGINE_PID = 528;
  public static final int HEADER_START_PROGRESS = 532;
  public static final int HEADER_HEARTBEAT_NS = 640;
  public static final int HEADER_ENGINE_SLEEPING = 768;
  public static final int HEADER_OLDEST_UNCOMMITTED_NS = 896;
  public static final int HEADER_OPEN_DEFERRALS = 1024;
  public static final int HEADER_DEFERRAL_CURSOR = 1028;
  public static final int HEADER_BUSY_ANSWERS = 1032;
  public static final int HEADER_RING_FULL = 1040;
  public static final int HEADER_USRLOC_LOST = 1152;
  public static final int HEADER_USRLOC_LOADED = 1160;
  public static final int HEADER_FAILURE_LENGTH = 2048;
  public static final int HEADER_FAILURE = 2052;

  public static final int COURIER_SLEEPING = 0;
  public static final int COURIER_ACKED_EPOCH = 4;
  public static final int COURIER_LANE = 8;
  public static final int COURIER_PROCESS_NO = 12;

  public static final int LANE_REPLY = 1;
  public static final int LANE_REQUEST = 2;
  public static final int LANE_SLOW = 3;

  public static final int FRAME_FREE = 0;
  public static final int FRAME_REQUESTED = 1;
  public static final int FRAME_TAKEN = 2;
  public static final int FRAME_STEP = 3;
  public static final int FRAME_RESUMED = 4;
  public static final int FRAME_DONE = 5;
  public static final int FRAME_ABANDONED = 6;

  public static final int FRAME_STATE_OFFSET = 0;
  public static final int FRAME_CALLER_SLEEPING_OFFSET = 4;
  public static final int FRAME_GENERATION_OFFSET = 8;
  public static final int FRAME_EPOCH_OFFSET = 12;
  public static final int FRAME_PROCESS_NO_OFFSET = 16;
  public static final int FRAME_DEPTH_OFFSET = 20;
  public static final int FRAME_REQUEST_LENGTH_OFFSET = 24;
  public static final int FRAME_RESPONSE_LENGTH_OFFSET = 28;
  public static final int FRAME_DEADLINE_NS_OFFSET = 32;
  public static final int FRAME_CALLED_NS_OFFSET = 40;
  public static final int FRAME_REQUEST_OFFSET = FRAME_HEADER;
  public static final int FRAME_RESPONSE_OFFSET = FRAME_HEADER + FRAME_AREA;

  public static final int WAIT_DONE = 0;
  public static final int WAIT_STEP = 1;
  public static final int WAIT_DEADLINE = -1;
  public static final int WAIT_DEAD = -2;
  public static final int WAIT_LATE = -3;
  public static final int WAIT_BAD = -4;
  public static final int SUBMIT_REFUSED = -10;

  public static final int DEFERRAL_FREE = 0;
  public static final int DEFERRAL_FILLING = 1;
  public static final int DEFERRAL_OPEN = 2;
  public static final int DEFERRAL_ANSWERING = 3;
  public static final int DEFERRAL_LINGERING = 4;

  public static final int DEFERRAL_STATE_OFFSET = 0;
  public static final int DEFERRAL_GENERATION_OFFSET = 4;
  public static final int DEFERRAL_EPOCH_OFFSET = 8;
  public static final int DEFERRAL_HASH_INDEX_OFFSET = 12;
  public static final int DEFERRAL_LABEL_OFFSET = 16;
  public static final int DEFERRAL_PROCESS_NO_OFFSET = 20;
  public static final int DEFERRAL_DEADLINE_NS_OFFSET = 24;
  public static final int DEFERRAL_LINGER_NS_OFFSET = 32;
  public static final int DEFERRAL_CELL_OFFSET = 40;
  public static final int DEFERRAL_TAG_LENGTH_OFFSET = 48;
  public static final int DEFERRAL_HEADERS_LENGTH_OFFSET = 50;
  public static final int DEFERRAL_BUSY_CODE_OFFSET = 52;
  public static final int DEFERRAL_TAG_OFFSET = 64;
  public static final int DEFERRAL_HEADERS_OFFSET = DEFERRAL_TAG_OFFSET + DEFERRAL_TAG;

  public static final int RING_OK = 0;
  public static final int RING_FULL = -1;
  public static final int RING_TOO_LONG = -2;
  public static final int RING_BAD_TYPE = -3;
  public static final int RING_CORRUPT = -4;

  public static final int RING_TAIL_OFFSET = 128;
  public static final int RING_HEAD_CACHE_OFFSET = 256;
  public static final int RING_HEAD_OFFSET = 384;

  private RegionLayout() {}
}
