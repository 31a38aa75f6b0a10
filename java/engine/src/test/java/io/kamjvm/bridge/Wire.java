// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C side of the bridge, loaded into this JVM. Names and contracts: {@code native/wire}. */
@SuppressWarnings("checkstyle:MethodName")
interface Wire extends Library {
  Wire LIBRARY = Native.load(NativeBuild.file("libkamjvm_wire.so").toString(), Wire.class);

  /** {@code kw_ring_handler}. */
  interface RingHandler extends Callback {
    void record(int type, Pointer data, int length, Pointer arg);
  }

  long kw_layout_get(String name);

  String kw_layout_name(int i);

  long kw_now_ns();

  long kw_region_length(int processes, int couriers);

  void kw_region_init(Pointer base, int processes, int couriers);

  int kw_region_check(Pointer base, long length);

  Pointer kw_courier_ring(Pointer base, int i);

  int kw_engine_serves(Pointer base, long now);

  int kw_mpsc_write(Pointer ring, int type, byte[] data, int length);

  int kw_mpsc_read(Pointer ring, RingHandler handler, Pointer arg, int limit);

  int kw_mpsc_unblock(Pointer ring);

  int kw_mpsc_quiesce(Pointer ring, long graceNanos);

  int kw_spsc_write(Pointer ring, int type, byte[] data, int length);

  int kw_spsc_read(Pointer ring, RingHandler handler, Pointer arg, int limit);

  void kw_spsc_reset(Pointer ring);

  int kw_ring_size(Pointer ring);

  int kw_event_write(Pointer base, int type, byte[] data, int length);

  Pointer kw_frame_at(Pointer base, int index);

  Pointer kw_frame_acquire(Pointer base, int process, int depth);

  int kw_frame_submit(Pointer base, Pointer frame, long deadlineNanos);

  int kw_frame_resume(Pointer base, Pointer frame);

  int kw_frame_wait(Pointer base, Pointer frame, long spinNanos);

  void kw_frame_release(Pointer frame);

  int kw_frame_take(Pointer frame, int generation, int epoch);

  int kw_frame_answer(Pointer frame, int state);

  Pointer kw_deferral_at(Pointer base, int i);

  int kw_deferral_claim(Pointer base);

  int kw_deferral_open(
      Pointer base, Pointer record, byte[] tag, int tagLength, byte[] headers, int headersLength);

  int kw_deferral_win(Pointer record, int generation);

  int kw_deferral_free(Pointer base, Pointer record, int generation, int from);

  void kw_tlv_init(Pointer writer, Pointer buffer, int capacity);

  void kw_tlv_bytes(Pointer writer, short tag, byte[] value, int length);

  void kw_tlv_int(Pointer writer, short tag, long value);

  int kw_tlv_begin(Pointer writer, short tag);

  void kw_tlv_end(Pointer writer, int mark);

  void kw_tlv_open(Pointer reader, Pointer data, int length);

  int kw_tlv_next(Pointer reader, Pointer field);

  int kw_tlv_check(Pointer data, int length);

  int kw_futex_wait(Pointer word, int expected, long timeoutNanos);

  int kw_futex_wake(Pointer word, int count);

  void kw_wake_if_sleeping(Pointer flag);

  void kw_wake_if_asleep(Pointer flag);
}
