package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jitalloc.modules.testing.HostCompiler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a compiler makes for this machine runs in this process. */
final class HostObjectsTest {
  private static final FunctionDescriptor INT_OF_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);

  @TempDir Path folder;
  private final ObjectLoader loader = ModuleLoaders.objects();
  private long liveBefore;

  @BeforeEach
  void count() {
    liveBefore = JitAlloc.host().stats().live();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(liveBefore, JitAlloc.host().stats().live());
  }

  private Path compile(String file, String source, String... options) throws IOException {
    return new HostCompiler(folder).compile(file, source, options);
  }

  @Test
  void functionsAndData_ofOneObject() throws Throwable {
    Path object =
        compile(
            "one.c",
            """
            static int table[] = {3, 1, 4, 1, 5};
            static int *cursor = table + 2;
            int counter;
            int at(int i) { counter++; return cursor[i]; }
            int calls(void) { return counter; }
            int kind(int n) {
              switch (n) { case 0: return 10; case 1: return 7; case 2: return 99; case 3: return 5;
                           case 4: return 42; case 5: return 1; default: return -1; }
            }
            """,
            "-fPIC");
    try (LoadedObjects loaded = loader.load(object)) {
      MethodHandle at = loaded.function("at", INT_OF_INT);
      assertEquals(4, (int) at.invokeExact(0));
      assertEquals(5, (int) at.invokeExact(2));
      assertEquals(3, (int) at.invokeExact(-2));
      assertEquals(3, (int) loaded.function("calls", INT).invokeExact());
      assertEquals(42, (int) loaded.function("kind", INT_OF_INT).invokeExact(4));
      assertTrue(loaded.symbols().containsAll(List.of("at", "calls", "counter", "kind")));
    }
  }

  @Test
  void theCLibrary_isFound_andCallsBack() throws Throwable {
    Path object =
        compile(
            "library.c",
            """
            #include <stdlib.h>
            #include <string.h>
            static int ascending(const void *a, const void *b) {
              return *(const int *) a - *(const int *) b;
            }
            size_t length(const char *text) { return strlen(text) + 1; }
            int median(int *numbers, long count) {
              int *copy = malloc(count * sizeof *copy);
              memcpy(copy, numbers, count * sizeof *copy);
              qsort(copy, count, sizeof *copy, ascending);
              int found = copy[count / 2];
              free(copy);
              return found;
            }
            """,
            "-fPIC");
    try (LoadedObjects loaded = loader.load(object);
        Arena arena = Arena.ofConfined()) {
      var length = loaded.function("length", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
      MemorySegment text = arena.allocateFrom("twelve bytes");
      assertEquals(13, (long) length.invokeExact(text));
      var median = loaded.function("median", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
      MemorySegment numbers = arena.allocateFrom(JAVA_INT, 9, 2, 7, 5, 1);
      assertEquals(5, (int) median.invokeExact(numbers, 5L));
    }
  }

  @Test
  void severalObjects_useEachOther_andWhatTheyNeedOfAnArchive() throws Throwable {
    Path even = compile("even.c", "int odd(int); int even(int n) { return n ? odd(n - 1) : 1; }");
    Path odd = compile("odd.c", "int even(int); int odd(int n) { return n ? even(n - 1) : 0; }");
    Path needed = compile("needed.c", "int even(int); int twice(int n) { return even(2 * n); }");
    Path useless =
        compile("useless.c", "int nowhere(void); int useless(void) { return nowhere(); }");
    Path user =
        compile(
            "user.c",
            """
            int twice(int);
            __attribute__((weak)) int choice(void) { return 1; }
            __attribute__((weak)) extern int absent(void);
            int use(int n) { return twice(n) + 10 * choice() + (absent ? 1000 : 0); }
            """,
            "-fPIC");
    Path strong = compile("strong.c", "int choice(void) { return 2; }", "-fPIC");
    Path archive = folder.resolve("lib.a");
    ToolCommand.must(
        List.of(
            HostCompiler.prefix() + "ar",
            "rc",
            archive.toString(),
            useless.toString(),
            needed.toString()));
    try (LoadedObjects loaded = loader.load(List.of(user, strong, even, archive, odd))) {
      assertEquals(21, (int) loaded.function("use", INT_OF_INT).invokeExact(500));
      assertEquals(0, (int) loaded.function("even", INT_OF_INT).invokeExact(7));
      assertTrue(loaded.find("useless").isEmpty());
    }
    var refusal = assertThrows(ModuleException.class, () -> loader.load(List.of(useless)));
    assertEquals(Reason.UNKNOWN_SYMBOL, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains("nowhere is defined by none"));
    assertEquals(
        Reason.ALREADY_EXPORTED,
        assertThrows(ModuleException.class, () -> loader.load(List.of(strong, strong))).reason());
  }

  @Test
  void whatIsOneForTheProcess_isOne() throws Throwable {
    String shared =
        """
        inline int shared = 1;
        template <typename T> struct Counter { static int next() { static int n; return ++n; } };
        extern "C" int %s() { shared += 10; return shared + 100 * Counter<int>::next(); }
        """;
    Path first = compile("first.cc", shared.formatted("first"), "-fPIC", "-std=c++17");
    Path second = compile("second.cc", shared.formatted("second"), "-fPIC", "-std=c++17");
    try (LoadedObjects loaded = loader.load(List.of(first, second))) {
      assertEquals(111, (int) loaded.function("first", INT).invokeExact());
      assertEquals(221, (int) loaded.function("second", INT).invokeExact());
    }
  }

  @Test
  void commonVariables_areOneForAllObjects() throws Throwable {
    String[] options = {"-fPIC", "-fcommon"};
    Path one =
        compile(
            "one.c",
            """
            int shared; char small; long table[4]; int defined_elsewhere;
            int one(void) { shared++; table[0] = 5; small = 1; return defined_elsewhere; }
            """,
            options);
    Path two =
        compile(
            "two.c",
            """
            int shared; long table[100]; int defined_elsewhere = 7;
            int two(void) { table[99] += 3; return shared * 100 + table[0] + table[99]; }
            """,
            options);
    try (LoadedObjects loaded = loader.load(List.of(one, two))) {
      assertEquals(7, (int) loaded.function("one", INT).invokeExact());
      assertEquals(108, (int) loaded.function("two", INT).invokeExact());
      assertTrue(loaded.symbols().containsAll(List.of("shared", "small", "table")));
      assertEquals(0, loaded.find("table").orElseThrow() % 8);
    }
  }

  @Test
  void variablesOfThreads_areRefusedByName() throws IOException {
    Path object = compile("tls.c", "__thread int mine; int get(void) { return mine; }", "-fPIC");
    var refusal = assertThrows(ModuleException.class, () -> loader.load(object));
    assertEquals(Reason.UNSUPPORTED, refusal.reason());
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("mine is a variable of threads"),
        refusal::toString);
    Path user =
        compile("user.c", "extern __thread int other; int get(void) { return other; }", "-fPIC");
    assertTrue(
        String.valueOf(assertThrows(ModuleException.class, () -> loader.load(user)).getMessage())
            .contains("other is a variable of threads"));
  }

  /** A call of what is missing would run into whatever is there instead. */
  @Test
  void nothingMayBeMissing_whereCodeRuns() throws IOException {
    Path object =
        compile("caller.c", "int nowhere(void); int call(void) { return nowhere(); }", "-fPIC");
    var loader = ModuleLoaders.of(JitAlloc.host());
    var options = LoadOptions.DEFAULTS.withAllowMissing(true);
    var refusal = assertThrows(ModuleException.class, () -> loader.load(object, options));
    assertEquals(Reason.UNKNOWN_SYMBOL, refusal.reason());
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("nowhere is defined neither")
            && String.valueOf(refusal.getMessage()).contains("only where nothing runs"),
        refusal::toString);
  }

  @Test
  void constructorsRunAtTheLoad_destructorsWhenItIsClosed() throws Throwable {
    Path object =
        compile(
            "lifecycle.cc",
            """
            extern "C" { int *log_to(); }
            static int events[8];
            static int count;
            struct Noted {
              int number;
              explicit Noted(int n) : number(n) { events[count++] = n; }
              virtual ~Noted() { *log_to() += number; }
              virtual int twice() const { return 2 * number; }
            };
            static Noted first(1), second(2);
            static int *sink;
            template <typename T> T larger(T a, T b) { return a > b ? a : b; }
            extern "C" {
              int *log_to() { return sink; }
              void set_sink(int *to) { sink = to; }
              int event(int i) { return events[i]; }
              int doubled() { const Noted *n = &second; return larger(n->twice(), 3); }
            }
            """,
            "-fPIC");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sink = arena.allocate(JAVA_INT);
      MethodHandle event;
      try (LoadedObjects loaded = loader.load(object)) {
        event = loaded.function("event", INT_OF_INT);
        assertEquals(1, (int) event.invokeExact(0));
        assertEquals(2, (int) event.invokeExact(1));
        assertEquals(4, (int) loaded.function("doubled", INT).invokeExact());
        loaded.function("set_sink", FunctionDescriptor.ofVoid(ADDRESS)).invokeExact(sink);
      }
      assertEquals(3, sink.get(JAVA_INT, 0));
      assertThrows(JitAllocException.class, () -> event.invokeWithArguments(0));
    }
  }
}
