package org.jitalloc.kprobes.run;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.text.TextFunction;
import org.jspecify.annotations.Nullable;

/** The text that can be probed. Guarded by the lock of {@link LocalKprobes}. */
final class KnownTexts {
  private final JitAllocator allocator;
  private final ProbeCodec codec;
  private final TreeMap<Long, ProbedText> texts = new TreeMap<>(Long::compareUnsigned);
  private final Map<Long, FunctionText> functions = new HashMap<>();
  private final Map<String, String> blacklist = new TreeMap<>();

  /** Where an address is. */
  record Found(ProbedText text, TextFunction function) {}

  KnownTexts(JitAllocator allocator, ProbeCodec codec) {
    this.allocator = allocator;
    this.codec = codec;
  }

  void add(ProbedText text) {
    if (texts.putIfAbsent(text.memory().address(), text) != null) {
      throw new JitAllocException(
          JitAllocException.Reason.INVALID_REQUEST,
          "text is known already: %s %s".formatted(text.owner(), text.memory()));
    }
  }

  boolean has(ProbedText text) {
    return text.equals(texts.get(text.memory().address()));
  }

  void remove(ProbedText text) {
    texts.remove(text.memory().address());
    functions.keySet().removeIf(text.memory().span()::contains);
  }

  /** Functions in which there are to be no probes, and why. */
  Map<String, String> blacklist() {
    return blacklist;
  }

  long address(String function, int offset) {
    int colon = function.indexOf(':');
    String owner = function.substring(0, Math.max(colon, 0));
    String name = function.substring(colon + 1);
    for (ProbedText text : texts.values()) {
      if (colon < 0 || text.owner().equals(owner)) {
        Optional<TextFunction> found = text.functions().named(name);
        if (found.isPresent()) {
          return text.memory().address() + found.get().offset() + offset;
        }
      }
    }
    throw new ProbeRefusedException(
        Reason.NO_SYMBOL, "no text that can be probed has a function " + function);
  }

  /** The text that contains an address, or null. */
  private @Nullable ProbedText at(long address) {
    var entry = texts.floorEntry(address);
    return entry != null && entry.getValue().memory().span().contains(address)
        ? entry.getValue()
        : null;
  }

  /** {@return the memory of the text that contains an address, or null} */
  @Nullable JitMemory memoryAt(long address) {
    ProbedText text = at(address);
    return text == null ? null : text.memory();
  }

  /** Finds the function that contains an address, or refuses. */
  Found find(long address) {
    ProbedText text = at(address);
    if (text == null) {
      throw notText(address);
    }
    if (text.memory().state() != JitMemory.State.LIVE) {
      throw new ProbeRefusedException(
          Reason.NOT_TEXT,
          "0x%x is in text that is not live: %s".formatted(address, text.memory()));
    }
    TextFunction function =
        text.at(address)
            .orElseThrow(
                () ->
                    new ProbeRefusedException(
                        Reason.NOT_TEXT,
                        "0x%x is in no function of %s".formatted(address, text.memory())));
    String why = blacklist.get(function.name());
    if (why != null) {
      throw new ProbeRefusedException(
          Reason.BLACKLISTED, "0x%x is in %s: %s".formatted(address, function.name(), why));
    }
    return new Found(text, function);
  }

  /**
   * Decodes a function, unless it was decoded with the same bytes.
   *
   * @param code the bytes of the function now, without probes and with idle call sites
   * @param address the instruction that is probed
   * @throws ProbeRefusedException if it cannot be probed
   */
  FunctionText decode(ProbedText text, TextFunction function, byte[] code, long address) {
    long start = text.memory().address() + function.offset();
    FunctionText read = functions.get(start);
    if (read == null || !Arrays.equals(read.code(), code)) {
      read = new FunctionText(code, codec.read(code));
      functions.put(start, read);
    }
    int offset = (int) (address - start);
    Optional<String> refusal = read.instructions().refusal(offset);
    if (refusal.isPresent()) {
      throw new ProbeRefusedException(
          Reason.INSTRUCTION,
          "0x%x (%s+0x%x) %s".formatted(address, function.name(), offset, refusal.get()));
    }
    return read;
  }

  private ProbeRefusedException notText(long address) {
    @Nullable Allocation there = allocator.find(address);
    boolean ours =
        there != null && (there.purpose() == Purpose.KPROBES || there.purpose() == Purpose.FTRACE);
    return new ProbeRefusedException(
        ours ? Reason.TRACER : Reason.NOT_TEXT,
        "0x%x cannot be probed: there is %s"
            .formatted(address, there == null ? "nothing of this target" : there));
  }
}
