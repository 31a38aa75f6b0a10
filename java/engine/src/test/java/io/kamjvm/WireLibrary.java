// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/** {@code native/wire} as Kamailio's processes use it, loaded into this JVM. */
interface WireLibrary extends Library {

  static WireLibrary load() {
    final Path library =
        Path.of(System.getProperty("kamjvm.root"), "build/native/libkamjvm_wire.so");
    return Native.load(library.toString(), WireLibrary.class);
  }

  interface Handler extends Callback {
    void record(int type, Pointer data, int length, Pointer argument);
  }

  long kw_region_length(int processes, int couriers);

  void kw_region_init(Pointer base, int processes, int couriers);

  Pointer kw_frame_acquire(Pointer base, int process, int depth);

  int kw_frame_submit(Pointer base, Pointer frame, long deadline);

  int kw_frame_resume(Pointer base, Pointer frame);

  int kw_frame_wait(Pointer base, Pointer frame, long spinNanos);

  void kw_frame_release(Pointer frame);

  int kw_event_write(Pointer base, int type, byte[] data, int length);

  Pointer kw_courier(Pointer base, int index);

  Pointer kw_courier_ring(Pointer base, int index);

  int kw_spsc_read(Pointer ring, Handler handler, Pointer argument, int limit);

  void kw_spsc_reset(Pointer ring);

  int kw_futex_wait(Pointer word, int expected, long timeoutNanos);

  int kw_futex_wake(Pointer word, int count);

  void kw_wake_if_sleeping(Pointer flag);

  int kw_engine_serves(Pointer base, long now);

  long kw_now_ns();
}
