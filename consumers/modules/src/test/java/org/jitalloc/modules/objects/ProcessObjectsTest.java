package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.tck.tool.ToolCommand;
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

/** What linkers do with objects besides relocating them, and what kernels do that they do not. */
final class ProcessObjectsTest {
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

  private static int call(LoadedObjects loaded, String name) throws Throwable {
    return (int) loaded.function(name, INT).invokeExact();
  }

  private static int call(LoadedObjects loaded, String name, int argument) throws Throwable {
    return (int) loaded.function(name, INT_OF_INT).invokeExact(argument);
  }

  @Test
  void ifunc_calledAndByPointerAndFromJava_isWhatItsResolverChooses() throws Throwable {
    Path object =
        compile(
            "ifunc.c",
            """
            static int impl(int a) { return a + 41; }
            static void *pick(void) { return (void *) impl; }
            int work(int) __attribute__((ifunc("pick")));
            static int hidden(int) __attribute__((ifunc("pick")));
            int (*pointer)(int) = work;
            int call(int a) { return work(a); }
            int call_hidden(int a) { return hidden(a); }
            int by_pointer(int a) { return pointer(a); }
            int same(void) { return pointer == work; }
            """,
            "-fPIC");
    Path user = compile("user.c", "int work(int); int use(int a) { return 2 * work(a); }", "-fPIC");
    try (LoadedObjects loaded = loader.load(List.of(user, object))) {
      assertEquals(42, call(loaded, "call", 1));
      assertEquals(43, call(loaded, "call_hidden", 2));
      assertEquals(44, call(loaded, "by_pointer", 3));
      assertEquals(45, call(loaded, "work", 4));
      assertEquals(92, call(loaded, "use", 5));
      assertEquals(1, call(loaded, "same"));
    }
  }

  @Test
  void sectionsNamedAsInKernels_staySinceAProcessHasNoInitMemory() throws Throwable {
    Path object =
        compile(
            "init.c",
            """
            __attribute__((section(".init_table"))) const volatile int table[] = {11, 22, 33};
            __attribute__((section(".init.text"), noinline)) int later(void) { return 123; }
            __attribute__((section(".exit.text"), noinline)) int last(void) { return 4; }
            __attribute__((section(".modinfo"))) const volatile int info[] = {7};
            int get(int i) { return table[i] + info[0]; }
            int both(void) { return later() + last(); }
            """,
            "-fPIC");
    try (LoadedObjects loaded = loader.load(object)) {
      assertEquals(29, call(loaded, "get", 1));
      assertEquals(127, call(loaded, "both"));
    }
  }

  @Test
  void constructorsWithPriorities_runInTheirOrderAcrossObjects() throws Throwable {
    Path log =
        compile(
            "log.c",
            """
            static int order[8], n; static int *sink;
            void note(int x) { order[n++] = x; }
            int at(int i) { return order[i]; }
            void set_sink(int *to) { sink = to; }
            void leave(int x) { *sink = *sink * 10 + x; }
            """,
            "-fPIC");
    String pair =
        """
        void note(int); void leave(int);
        __attribute__((constructor(%d))) static void a(void) { note(%1$d); }
        __attribute__((constructor)) static void b(void) { note(%d); }
        __attribute__((destructor(%1$d))) static void c(void) { leave(%d); }
        __attribute__((destructor)) static void d(void) { leave(%d); }
        """;
    Path one = compile("one.c", pair.formatted(300, 1, 3, 5), "-fPIC");
    Path two = compile("two.c", pair.formatted(200, 2, 4, 6), "-fPIC");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sink = arena.allocate(JAVA_INT);
      try (LoadedObjects loaded = loader.load(List.of(log, one, two))) {
        int[] order = {200, 300, 1, 2, 0};
        for (int i = 0; i < order.length; i++) {
          assertEquals(order[i], call(loaded, "at", i));
        }
        loaded
            .function("set_sink", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
            .invokeExact(sink);
      }
      assertEquals(6534, sink.get(JAVA_INT, 0));
    }
  }

  @Test
  void tablesOfOld_areRunFromTheirEnds() throws Throwable {
    Path object =
        compile(
            "ctors.c",
            """
            static int seen; static int *sink;
            static void one(void) { seen = seen * 10 + 1; }
            static void two(void) { seen = seen * 10 + 2; }
            static void gone(void) { *sink = *sink * 10 + 3; }
            static void last(void) { *sink = *sink * 10 + 4; }
            __attribute__((section(".ctors"), used)) static void (*first[])(void) = {one, two};
            __attribute__((section(".dtors"), used)) static void (*end[])(void) = {gone, last};
            int get(void) { return seen; }
            void set_sink(int *to) { sink = to; }
            """,
            "-fPIC");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sink = arena.allocate(JAVA_INT);
      try (LoadedObjects loaded = loader.load(object)) {
        assertEquals(21, call(loaded, "get"));
        loaded
            .function("set_sink", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
            .invokeExact(sink);
      }
      assertEquals(34, sink.get(JAVA_INT, 0));
    }
  }

  @Test
  void exitFunctionOfALibrary_runsAndTheOthersToo() throws Throwable {
    Path object =
        compile(
            "exits.c",
            """
            #include <stdlib.h>
            int __cxa_atexit(void (*)(void *), void *, void *);
            extern void *__dso_handle;
            static void mine(void *sink) { *(int *) sink += 5; }
            void register_all(int *sink) {
              __cxa_atexit(mine, sink, &__dso_handle);
              __cxa_atexit(free, malloc(100), &__dso_handle);
              __cxa_atexit(mine, sink, &__dso_handle);
            }
            """,
            "-fPIC");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sink = arena.allocate(JAVA_INT);
      try (LoadedObjects loaded = loader.load(object)) {
        loaded
            .function("register_all", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
            .invokeExact(sink);
      }
      assertEquals(10, sink.get(JAVA_INT, 0));
    }
  }

  @Test
  void whatTheCLibraryHasInItsStaticPart_isThere() throws Throwable {
    Path object =
        compile(
            "static.c",
            """
            #include <stdlib.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int pthread_atfork(void (*)(void), void (*)(void), void (*)(void));
            static int *sink; static int forks;
            static void leave(void) { *sink += 5; }
            static void before(void) { forks++; }
            int start(int *to) { sink = to; return atexit(leave) + pthread_atfork(before, 0, 0); }
            int fork_once(void) {
              int child = fork();
              if (child == 0) _exit(0);
              waitpid(child, 0, 0);
              return forks;
            }
            """,
            "-fPIC");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sink = arena.allocate(JAVA_INT);
      try (LoadedObjects loaded = loader.load(object)) {
        var start = loaded.function("start", FunctionDescriptor.of(JAVA_INT, ValueLayout.ADDRESS));
        assertEquals(0, (int) start.invokeExact(sink));
        assertEquals(1, call(loaded, "fork_once"));
      }
      assertEquals(5, sink.get(JAVA_INT, 0));
      try (LoadedObjects again = loader.load(object)) {
        assertEquals(0, call(again, "fork_once"));
      }
    }
  }

  @Test
  void streamsReadByCodeForExecutables_areThoseOfTheCLibrary() throws Throwable {
    Path far = compile("far.c", "#include <stdio.h>\nvoid *far(void) { return stderr; }", "-fPIE");
    Path near =
        compile(
            "near.c",
            """
            #include <stdio.h>
            void *far(void);
            int same(void) { return far() == stderr && fileno(stderr) == 2 && fileno(stdin) == 0; }
            """,
            "-fPIE");
    try (LoadedObjects loaded = loader.load(List.of(near, far))) {
      assertEquals(1, call(loaded, "same"));
    }
  }

  @Test
  void firstObjectWithoutMemory_isNotTheHandleOfTheOthers() throws Throwable {
    Path empty = compile("empty.c", "", "-fPIC");
    Path cpp =
        compile(
            "handle.cc",
            "struct S { S() {} ~S() { __asm__(\"\"); } }; static S s; extern \"C\" int f() { return"
                + " 3; }",
            "-fPIC");
    try (LoadedObjects loaded = loader.load(List.of(empty, cpp))) {
      assertEquals(3, call(loaded, "f"));
    }
  }

  @Test
  void executableStack_isRefusedWithTheReason() throws IOException {
    Path object =
        compile(
            "nest.c",
            """
            int apply(int (*f)(int), int a) { return f(a); }
            __asm__(".section .note.GNU-stack,\\"x\\",%progbits");
            """,
            "-fPIC");
    var refusal = assertThrows(ModuleException.class, () -> loader.load(object));
    assertEquals(Reason.UNSUPPORTED, refusal.reason());
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("nest.c.o: it wants an executable stack"),
        refusal::toString);
  }

  @Test
  void symbolsThatAreNumbers_areSeenByOtherObjects() throws Throwable {
    Path numbers = compile("abs.c", "__asm__(\".globl number\\n.set number, 0x1234\");", "-fPIC");
    Path user =
        compile(
            "user.c", "extern char number[]; long get(void) { return (long) number; }", "-fPIC");
    try (LoadedObjects loaded = loader.load(List.of(user, numbers))) {
      assertEquals(0x1234, loaded.find("number").orElseThrow());
      assertEquals(0x1234, call(loaded, "get"));
    }
  }

  @Test
  void moreSectionsThanSymbolsCanName_areFoundByTheTableBeside() throws Throwable {
    var text = new StringBuilder("int last(int n) { return n + 69999; }\n__asm__(\"");
    for (int i = 0; i < 66_000; i++) {
      text.append(".section .d.").append(i).append(",\\\"aw\\\"\\n.byte 1\\n");
    }
    text.append(
        ".globl near\\n.section .d.near,\\\"aw\\\"\\n.balign 4\\nnear: .long 17\\n.text\");\n");
    text.append("extern int near __attribute__((visibility(\"hidden\")));\n");
    text.append("__attribute__((section(\".text.z\"))) int get(void) { return near; }\n");
    Path object = compile("many.c", text.toString(), "-fPIC");
    try (LoadedObjects loaded = loader.load(object)) {
      assertEquals(17, call(loaded, "get"));
      assertEquals(70_000, call(loaded, "last", 1));
    }
  }

  @Test
  void objectWithoutSymbols_isLoadedAndDefinesNothing() throws IOException {
    Path object = compile("bare.c", "static const int x __attribute__((used)) = 1;", "-fPIC");
    ToolCommand.must(List.of(HostCompiler.prefix() + "strip", "-s", object.toString()));
    try (LoadedObjects loaded = loader.load(object)) {
      assertEquals(List.of(), List.copyOf(loaded.symbols()));
    }
  }

  @Test
  void groupsOfOneSignature_areTakenOnceWhateverTheBinding() throws Throwable {
    String half =
        """
        __asm__(".section .data.g,\\"awG\\",%%progbits,shared,comdat\\n.balign 4\\n"
                ".globl shared\\nshared: .long %d\\n"
                ".section .init_array.g,\\"awG\\",%%init_array,shared,comdat\\n.balign 8\\n"
                ".quad bump\\n.text");
        extern int shared;
        void bump(void);
        int %s(void) { return ++shared; }
        """;
    Path bump = compile("bump.c", "extern int shared; void bump(void) { shared += 100; }", "-fPIC");
    Path one = compile("one.c", half.formatted(10, "one"), "-fPIC");
    Path two = compile("two.c", half.formatted(20, "two"), "-fPIC");
    try (LoadedObjects loaded = loader.load(List.of(one, two, bump))) {
      assertEquals(111, call(loaded, "one"));
      assertEquals(112, call(loaded, "two"));
    }
  }

  @Test
  void bordersOfASection_areThoseOfTheOneThatThereIs() throws Throwable {
    Path object =
        compile(
            "borders.c",
            """
            __attribute__((section("my_set"), used)) static int set[] = {3, 4, 5};
            extern int __start_my_set[] __attribute__((visibility("hidden")));
            extern int __stop_my_set[] __attribute__((visibility("hidden")));
            int sum(void) { int s = 0; for (int *p = __start_my_set; p < __stop_my_set; p++) s += *p;
              return s; }
            """,
            "-fPIC");
    try (LoadedObjects loaded = loader.load(object)) {
      assertEquals(12, call(loaded, "sum"));
    }
  }

  @Test
  void versionedName_findsTheSymbolOfTheLibrary() throws Throwable {
    Path object =
        compile(
            "versioned.c",
            """
            int old_abs(int);
            __asm__(".symver old_abs, abs@ANY_1.0");
            int here_v2(void) { return 8; }
            __asm__(".symver here_v2, here@@V_2");
            int get(int a) { return old_abs(a); }
            """,
            "-fPIC",
            "-fno-builtin");
    try (LoadedObjects loaded = loader.load(object)) {
      assertEquals(5, call(loaded, "get", -5));
      assertEquals(8, call(loaded, "here"));
    }
  }

  @Test
  void whatIsNotForThisProcess_isNamedWithTheRemedy() throws IOException {
    byte[][] files = {
      {'B', 'C', (byte) 0xc0, (byte) 0xde, 0, 0, 0, 0},
      {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 7, 0, 0, 1},
      {0x64, (byte) 0x86, 3, 0, 0, 0, 0, 0},
    };
    String[] remedies = {"without -flto", "compile for Linux", "compile for Linux"};
    for (int i = 0; i < files.length; i++) {
      Path file = Files.write(folder.resolve("other.o"), files[i]);
      var refusal = assertThrows(ModuleException.class, () -> loader.load(file));
      assertTrue(String.valueOf(refusal.getMessage()).contains(remedies[i]), refusal::toString);
    }
    Path slim = compile("slim.c", "int __gnu_lto_slim;", "-fcommon");
    var refusal = assertThrows(ModuleException.class, () -> loader.load(slim));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("compile with -ffat-lto-objects"),
        refusal::toString);
  }
}
