package org.jitalloc.modules.values;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModuleMemory;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleParameter;
import org.jitalloc.modules.parameters.Argument;
import org.jitalloc.modules.parameters.ParameterArguments;
import org.jitalloc.modules.parameters.ParameterType;
import org.jitalloc.modules.parameters.ParameterValue;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one module. The monitor guards the memory, as the kernel has a mutex for the
 * parameters of each module.
 */
public final class LiveParameters {
  /** Words that every module takes, and the kernel itself looks at. */
  private static final Set<String> OF_ALL = Set.of("async_probe", "dyndbg");

  private static final int WRITABLE = 0222;

  private final TargetWords words;
  private final ParameterCodec codec;
  private final Runnable unsafeSet;
  private final List<Live> parameters;
  private boolean closed;

  /**
   * Reads the table.
   *
   * @param table the module's
   * @param allocator gives memory to text
   * @param memory the module's
   * @param unsafeSet is told when a parameter is set that is not safe to set
   * @throws ModuleException MALFORMED if the table is none
   */
  public LiveParameters(
      ParameterTable table, JitAllocator allocator, ModuleMemory memory, Runnable unsafeSet) {
    words = new TargetWords(allocator, memory);
    codec = new ParameterCodec(words);
    this.unsafeSet = unsafeSet;
    parameters = table.read().stream().map(Live::new).toList();
  }

  /** {@return them, in the order of the table} */
  public List<ModuleParameter> all() {
    return List.copyOf(parameters);
  }

  /**
   * Sets those that a command line names.
   *
   * @param line as {@code debug=1 mode="a b"}
   * @return the words that are for none of them
   * @throws ModuleException PARAMETER at the first that cannot be set
   */
  public List<String> parse(String line) {
    List<String> ignored = new ArrayList<>();
    for (Argument word : ParameterArguments.parse(line).words()) {
      Optional<Live> known =
          parameters.stream().filter(parameter -> word.isFor(parameter.name())).findFirst();
      if (known.isPresent()) {
        known.get().put(word.value());
      } else if (!OF_ALL.contains(word.name())) {
        ignored.add(word.name());
      }
    }
    return List.copyOf(ignored);
  }

  /** Frees texts. The parameters are not there any more then. */
  public synchronized void close() {
    closed = true;
    words.close();
  }

  private final class Live implements ModuleParameter {
    private final ParameterSlot slot;

    Live(ParameterSlot slot) {
      this.slot = slot;
    }

    @Override
    public String name() {
      return slot.name();
    }

    @Override
    public String type() {
      return slot.typeName();
    }

    @Override
    public int mode() {
      return slot.mode();
    }

    @Override
    public Optional<String> value() {
      synchronized (LiveParameters.this) {
        ParameterType type = slot.type();
        return type == null || closed || !codec.isThere(slot, type)
            ? Optional.empty()
            : Optional.of(codec.read(slot, type).shown(type));
      }
    }

    @Override
    public void set(String text) {
      if ((slot.mode() & WRITABLE) == 0) {
        throw refused("may not be written: its mode is 0%o".formatted(slot.mode()));
      }
      put(text);
    }

    void put(@Nullable String text) {
      synchronized (LiveParameters.this) {
        ParameterType type = slot.type();
        if (type == null) {
          throw refused("has a type of the module's own, which only a kernel can set");
        }
        if (closed || !codec.isThere(slot, type)) {
          throw refused("is not in memory of the module that is there");
        }
        try {
          codec.write(slot, type, value(type, text));
        } catch (JitAllocException failure) {
          if (failure.reason() != JitAllocException.Reason.WRONG_STATE) {
            throw failure;
          }
          throw refused("is in memory that cannot be written: " + failure.getMessage());
        }
      }
      if (slot.flags().isUnsafe()) {
        unsafeSet.run();
      }
    }

    private ParameterValue value(ParameterType type, @Nullable String text) {
      ParameterSlot.Elements array = slot.array();
      if (array != null && text == null) {
        throw refused("needs a value");
      }
      ParameterValue value = array == null ? type.parse(text) : type.parseArray(text, array.most());
      if (value instanceof ParameterValue.Refused(String problem, int _)) {
        throw refused(problem);
      }
      if (type == ParameterType.STRING
          && value instanceof ParameterValue.Text(String string)
          && TargetWords.ended(string).length > slot.textBytes()) {
        throw refused("has room for %d bytes of text".formatted(slot.textBytes() - 1));
      }
      if (slot.flags().isEnableOnly()
          && value instanceof ParameterValue.Flag(boolean isSet)
          && !isSet
          && codec.read(slot, type) instanceof ParameterValue.Flag(boolean wasSet)
          && wasSet) {
        throw refused("cannot be cleared once it is set");
      }
      return value;
    }

    private ModuleException refused(String problem) {
      return new ModuleException(
          Reason.PARAMETER, "parameter %s: %s".formatted(slot.name(), problem));
    }
  }
}
