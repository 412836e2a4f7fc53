package org.jitalloc.arch.toy;

import java.util.Set;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

/** Tracers with a word for each of their actions. */
final class ToyTracers implements Tracers {
  static final int ASK = 0x20;
  static final int CLOCK = 0x21;
  static final int AREA_NEAR = 0x22;
  static final int AREA_HIGH = 0x23;
  static final int AREA_LOW = 0x24;
  static final int EVENT = 0x25;
  static final int HOOK = 0x26;
  static final int CALLBACK_HIGH = 0x27;
  static final int CALLBACK_LOW = 0x28;
  static final int CALL_BACK = 0x29;

  private static final int HALF_BITS = 24;

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  private static byte[] function(int operation, int operand) {
    return ToyWord.bytes(ToyWord.of(operation, operand), ToyWord.of(ToyWord.RETURN, 0));
  }

  @Override
  public byte[] threadNumber() {
    return function(ASK, 1);
  }

  @Override
  public byte[] threadWord() {
    return function(ASK, 2);
  }

  @Override
  public int threadBlockStart() {
    return 0;
  }

  @Override
  public int threadBlockBytes() {
    return 64;
  }

  @Override
  public byte[] clock() {
    return function(Flaw.CLOCK_IS_A_NUMBER.is() ? ToyWord.RESULT : CLOCK, 0);
  }

  @Override
  public byte[] stackPointer() {
    return function(ASK, 3);
  }

  @Override
  public Tracer tracer(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    var asm = new ToyAssembler();
    if (spec.returns()) {
      asm.emit(ToyWord.TRAP, 0);
    }
    int entry = spec.returns() ? ToyWord.BYTES : 0;
    for (int i = 0; Flaw.ADDRESS_IS_COUNTED_OUT.is() && i < Long.bitCount(address); i++) {
      asm.emit(ToyWord.NOP, 0);
    }
    area(asm, area.address() - address, area.address());
    if (spec.calls()) {
      asm.emit(EVENT, TraceArea.CALL);
    }
    if (spec.returns()) {
      asm.emit(HOOK, area.depth());
    }
    for (long callback : Flaw.CALLBACKS_ARE_FORGOTTEN.is() ? Set.<Long>of() : spec.callbacks()) {
      asm.emit(CALLBACK_HIGH, high(callback));
      asm.emit(CALLBACK_LOW, low(callback));
      asm.emit(CALL_BACK, 0);
    }
    asm.emit(Flaw.TRACER_ENDS_WITH_DATA.is() ? ToyWord.LAST + 1 : ToyWord.RETURN, 0);
    return new Tracer(asm.finish(), entry + (Flaw.ENTRY_IS_AMIDST_A_WORD.is() ? 1 : 0));
  }

  private static void area(ToyAssembler asm, long distance, long area) {
    if (Math.abs(distance) < ToyWord.REACH_BYTES) {
      asm.emit(AREA_NEAR, (int) (distance / ToyWord.BYTES));
    } else {
      asm.emit(AREA_HIGH, high(area));
      asm.emit(AREA_LOW, low(area));
    }
  }

  static int high(long address) {
    return (int) (address >> HALF_BITS);
  }

  static int low(long address) {
    return (int) address;
  }
}
