package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Target;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.code.CodeCodecs;
import org.jitalloc.modules.objects.HostObjectLoader;
import org.jitalloc.modules.testing.HostCompiler;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is loaded is handed in while it is being formed, and taken back while it is there. */
final class LoadedTextTest {
  private static final String SOURCE =
      """
      __attribute__((noinline)) static long hidden(long a) { return a * 3; }
      long shown(long a) { return hidden(a) + 1; }
      __attribute__((section(".init.text"))) long once(void) { return 1; }
      """;

  /**
   * Entries that can be traced.
   *
   * @param bytes what the compiler puts there
   * @param options how it is asked to
   */
  private record Entries(byte[] bytes, String... options) {
    static Entries of(String arch) {
      return switch (arch) {
        case "arm64" -> of("1f2003d51f2003d5", "-fPIC", "-fpatchable-function-entry=2");
        case "s390x" -> of("c00400000000", "-pg", "-mfentry", "-mnop-mcount", "-mrecord-mcount");
        default ->
            of("9090909090", "-fPIC", "-fcf-protection=none", "-fpatchable-function-entry=5");
      };
    }

    private static Entries of(String bytes, String... options) {
      return new Entries(HexFormat.of().parseHex(bytes), options);
    }
  }

  @TempDir Path folder;
  private final JitAllocator host = JitAlloc.host();
  private final Entries entries = Entries.of(host.target().arch());
  private final List<String> events = new ArrayList<>();
  private final List<TraceableText> texts = new ArrayList<>();
  private final TextPublisher publisher = new Noting();

  private final class Noting implements TextPublisher {
    @Override
    public Handed hand(TraceableText text, Target target) {
      texts.add(text);
      note("handed", text);
      assertEquals("host", target.name());
      return new Handed() {
        @Override
        public void isLive() {
          note("live", text);
        }

        @Override
        public void close() {
          note("back", text);
        }
      };
    }

    private void note(String what, TraceableText text) {
      events.add("%s %s %s".formatted(what, text.owner(), text.memory().state()));
    }
  }

  private ElfCodec codec() {
    return ServiceLoader.load(ElfCodec.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(one -> one.arch().equals(host.target().arch()))
        .findFirst()
        .orElseThrow();
  }

  private Path object(String file, String source) throws Exception {
    return new HostCompiler(folder).compile(file, source, entries.options());
  }

  private LocalLoader loader() {
    return new LocalLoader(
        host,
        codec(),
        new LoaderContext(
            CodeCodecs.ofClassPath(),
            List.of(),
            new Notifiers(),
            publisher,
            LoaderContext.KERNEL_PATIENCE));
  }

  /** Names of the functions in which call sites are; each has its bytes. */
  private List<String> traced(TraceableText text) {
    JitMemory memory = text.memory();
    var names = new TreeSet<String>();
    var table = ByteBuffer.wrap(text.callSites()).order(ByteOrder.nativeOrder());
    while (table.hasRemaining()) {
      long offset = table.getLong() - memory.address();
      assertArrayEquals(entries.bytes(), memory.read(offset, entries.bytes().length));
      text.functions().stream()
          .filter(f -> f.offset() == offset)
          .map(TextFunction::name)
          .forEach(names::add);
    }
    return List.copyOf(names);
  }

  @Test
  void module_handsInItsTextButForInit() throws Exception {
    try (LocalLoader loader = loader()) {
      LoadedModule module = loader.load(object("a-b.c", SOURCE), LoadOptions.DEFAULTS);
      assertEquals(List.of("handed a_b FORMING", "live a_b LIVE"), events);
      TraceableText text = texts.getFirst();
      assertEquals(List.of("hidden", "shown"), traced(text));
      for (TextFunction function : text.functions()) {
        assertEquals(
            text.memory().address() + function.offset(),
            module.symbols().find(function.name()).orElseThrow());
        assertTrue(
            function.bytes() > entries.bytes().length && function.end() <= text.memory().bytes());
      }
      module.close();
      assertEquals("back a_b LIVE", events.getLast());
    }
    assertEquals(3, events.size());
  }

  @Test
  void moduleThatFails_isTakenBack() throws Exception {
    Path object = object("fails.c", "int init_module(void) { return -5; }\n" + MODULE);
    try (LocalLoader loader = loader()) {
      assertThrows(ModuleException.class, () -> loader.load(object, LoadOptions.DEFAULTS));
    }
    assertEquals(List.of("handed fails FORMING", "live fails LIVE", "back fails LIVE"), events);
  }

  private static final String MODULE =
      """
      __attribute__((section(".gnu.linkonce.this_module"), used))
      static struct { int (*init)(void); } this_module = { init_module };
      __attribute__((section(".modinfo"), used)) static const char info[] = "license=GPL";
      """;

  @Test
  void objects_handInOneTextEach_ofTheNameOfTheFirst() throws Exception {
    var loader = new HostObjectLoader(host, codec(), List.of(), publisher);
    LoadedObjects loaded =
        loader.load(
            List.of(
                object("first.c", SOURCE), object("second.c", "long other(long a) {return a;}")));
    assertEquals(2, texts.size());
    assertEquals(List.of("hidden", "once", "shown"), traced(texts.get(0)));
    assertEquals(List.of("other"), traced(texts.get(1)));
    assertEquals(
        loaded.find("other").orElseThrow(),
        texts.get(1).memory().address() + texts.get(1).functions().getFirst().offset());
    loaded.close();
    assertEquals(
        List.of(
            "handed first FORMING",
            "handed first FORMING",
            "live first LIVE",
            "live first LIVE",
            "back first LIVE",
            "back first LIVE"),
        events);
  }
}
