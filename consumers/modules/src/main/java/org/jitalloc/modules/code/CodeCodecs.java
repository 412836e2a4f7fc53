package org.jitalloc.modules.code;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.UnwindCodec;

/** The codecs that there are, which come and go. For any thread. */
public final class CodeCodecs {
  private final List<FixupCodec> fixups = new CopyOnWriteArrayList<>();
  private final List<UnwindCodec> unwinding = new CopyOnWriteArrayList<>();

  /** Without any. */
  public CodeCodecs() {}

  /** {@return those on the class path} */
  public static CodeCodecs ofClassPath() {
    var codecs = new CodeCodecs();
    ClassLoader loader = CodeCodecs.class.getClassLoader();
    ServiceLoader.load(FixupCodec.class, loader).forEach(codecs::add);
    ServiceLoader.load(UnwindCodec.class, loader).forEach(codecs::add);
    return codecs;
  }

  /** One more. */
  public void add(FixupCodec codec) {
    fixups.add(codec);
  }

  /** One less. */
  public void remove(FixupCodec codec) {
    fixups.remove(codec);
  }

  /** One more. */
  public void add(UnwindCodec codec) {
    unwinding.add(codec);
  }

  /** One less. */
  public void remove(UnwindCodec codec) {
    unwinding.remove(codec);
  }

  Optional<FixupCodec> fixups(String arch) {
    return fixups.stream().filter(codec -> codec.arch().equals(arch)).findFirst();
  }

  Optional<UnwindCodec> unwinding(String arch) {
    return unwinding.stream().filter(codec -> codec.arch().equals(arch)).findFirst();
  }
}
