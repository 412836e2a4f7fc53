package org.jitalloc.itests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jitalloc.itests.harness.Distribution;
import org.jitalloc.itests.harness.ProgramRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output and the exit code of the launcher script. */
final class ScriptTest {
  private static final String SEVEN = "b700000007000000 9500000000000000";

  /** {@code r0 = *(u8 *)(r1 + 1); exit}. */
  private static final String SECOND_BYTE = "7110010000000000 9500000000000000";

  @TempDir Path directory;

  private ProgramRunner.Result jitalloc(String input, String... arguments) throws Exception {
    return ProgramRunner.jitalloc(directory, input, Map.of(), arguments);
  }

  @Test
  void bpfPlugin_printsR0() throws Exception {
    assertEquals(new ProgramRunner.Result(0, "7\n", ""), jitalloc(SEVEN, "bpf-plugin"));
    assertEquals(
        new ProgramRunner.Result(0, "22\n", ""), jitalloc(SECOND_BYTE, "bpf-plugin", "112233"));
    assertEquals(
        new ProgramRunner.Result(0, "22\n", ""),
        jitalloc("71 10 01 00 00 00 00 00\n95 00 00 00 00 00 00 00\n", "bpf-plugin", "11 22"));
  }

  @Test
  void bpfPlugin_knowsTheHelpers() throws Exception {
    // r1 = 81; call 3; exit
    assertEquals(
        new ProgramRunner.Result(0, "9\n", ""),
        jitalloc("b701000051000000 8500000003000000 9500000000000000", "bpf-plugin"));
  }

  @ParameterizedTest
  @CsvSource({
    "'zz', '', 'is no hexadecimal digit'",
    "'b7', '', 'multiple of 8'",
    "'ff00000000000000 9500000000000000', '', 'instruction 0'",
    "'7110010000000000 9500000000000000', '11', 'instruction 0'",
    "'9500000000000000', '1', 'no whole bytes'",
  })
  void bpfPlugin_complainsAndFails(String program, String memory, String complaint)
      throws Exception {
    var result =
        memory.isEmpty()
            ? jitalloc(program, "bpf-plugin")
            : jitalloc(program, "bpf-plugin", memory);
    assertEquals(1, result.code());
    assertEquals("", result.out());
    assertTrue(result.err().contains(complaint), result.err());
  }

  @Test
  void exec_filesAreTheCallers() throws Exception {
    Files.writeString(directory.resolve("seven.hex"), SEVEN);
    Files.writeString(directory.resolve("second.hex"), SECOND_BYTE);
    Files.write(directory.resolve("memory"), new byte[] {1, 2, 3});
    assertEquals(
        new ProgramRunner.Result(0, "0000000000000007\n0000000000000002\n", ""),
        jitalloc("", "exec", "bpf:run seven.hex; bpf:run second.hex --mem @memory"));
  }

  @Test
  void policyFile_holdsFromTheStart_andOneThatIsWrongIsAnError() throws Exception {
    Files.writeString(directory.resolve("seven.hex"), SEVEN);
    Path file = Files.writeString(directory.resolve("rules"), "none.consumers=BPF\nnone.allow=no");
    Map<String, String> policy = withOption("-Djitalloc.policy=" + file);
    var wrong =
        ProgramRunner.jitalloc(directory, "", policy, "exec", "bpf:run seven.hex --engine jit");
    assertEquals(1, wrong.code(), wrong.out());
    assertTrue(wrong.err().contains("allow=no"), wrong.err());

    Files.writeString(file, "none.consumers=BPF\nnone.allow=false");
    var denied =
        ProgramRunner.jitalloc(directory, "", policy, "exec", "bpf:run seven.hex --engine jit");
    assertEquals(1, denied.code(), denied.out());
    assertTrue(denied.err().contains("rule=none allow=false"), denied.err());
    assertEquals(
        0,
        ProgramRunner.jitalloc(directory, "", policy, "exec", "bpf:run seven.hex --engine interp")
            .code());
  }

  private static Map<String, String> withOption(String option) {
    String java = System.getProperty("java.home") + "/bin/java";
    return Map.of("JITALLOC_JAVA", java + " " + option);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bpf:run nowhere",
        "nosuchcommand",
        "bpf:list; bpf:run nowhere; bpf:list",
        "bpf:run nowhere | bpf:list",
        "bpf:list | bpf:run nowhere",
        "bpf:list (",
      })
  void exec_fails_whenACommandDoes(String commands) throws Exception {
    var result = jitalloc("", "exec", commands);
    assertEquals(1, result.code(), result.out());
    assertTrue(!result.err().isBlank() && !result.err().contains("\tat "), result.err());
  }

  @Test
  void exec_printsWhatAShellCommandReturns() throws Exception {
    var result = jitalloc("", "exec", "help bpf:run");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("usage: bpf:run FILE"), result.out());
    assertEquals("", result.err());
  }

  @Test
  void exec_printsWhatEachCommandReturns() throws Exception {
    var result = jitalloc("", "exec", "help bpf:run; x = 5; help mem:stats");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("usage: bpf:run FILE"), result.out());
    assertTrue(result.out().contains("usage: mem:stats"), result.out());
    assertTrue(result.out().lines().noneMatch("5"::equals), result.out());
  }

  @Test
  void help_ofNoCommand_fails() throws Exception {
    var result = jitalloc("", "exec", "help nope");
    assertEquals(1, result.code(), result.out());
    assertTrue(result.err().startsWith("jitalloc: there is no command nope"), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "JITALLOC_MEMORY_MODE, foo, unknown memory mode foo",
    "JITALLOC_PROTECT, alais=pkeys, did you mean jitalloc.protect.alias?",
    "JITALLOC_PROTECT, pkeys, the setting jitalloc.protect.pkeys is not known",
    "JITALLOC_PROTECT, seal=yes, jitalloc.protect.seal=yes; expected one of true",
  })
  void exec_withoutTheConfiguredHost_exitsWith2_andOneLine(
      String variable, String value, String reason) throws Exception {
    var result =
        ProgramRunner.jitalloc(directory, "", Map.of(variable, value), "exec", "mem:targets");
    assertEquals(2, result.code(), result.out());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("jitalloc: no host target: "), result.err());
    assertTrue(result.err().contains(reason), result.err());
  }

  @Test
  void exec_withAnUnknownSystemProperty_exitsWith2_andOneLine() throws Exception {
    var result =
        ProgramRunner.jitalloc(
            directory, "", withOption("-Djitalloc.memory.mod=x"), "exec", "mem:targets");
    assertEquals(2, result.code(), result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("did you mean jitalloc.memory.mode?"), result.err());
  }

  @Test
  void policyFile_withAnUnknownKey_deniesEverything_andIsNamed() throws Exception {
    Files.writeString(directory.resolve("seven.hex"), SEVEN);
    Path file = Files.writeString(directory.resolve("rules"), "limit.maxByte=4");
    var result =
        ProgramRunner.jitalloc(
            directory,
            "",
            withOption("-Djitalloc.policy=" + file),
            "exec",
            "bpf:run seven.hex --engine jit");
    assertEquals(1, result.code(), result.out());
    assertTrue(result.err().contains("DENIED"), result.err());
    assertTrue(result.err().contains("did you mean maxBytes?"), result.err());
  }

  @Test
  void javaOfAnotherVersion_isNamed() throws Exception {
    Path home = Files.createDirectories(directory.resolve("jdk17"));
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 0\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.12\"\n");
    Map<String, String> variables = Map.of("JITALLOC_JAVA", java.toString());
    var result = ProgramRunner.jitalloc(directory, SEVEN, variables, "bpf-plugin");
    assertEquals(2, result.code(), result.out());
    assertTrue(result.err().contains(java + " is Java 17"), result.err());
    variables = Map.of("JITALLOC_JAVA", directory.resolve("nowhere").toString());
    result = ProgramRunner.jitalloc(directory, SEVEN, variables, "bpf-plugin");
    assertEquals(2, result.code(), result.out());
    assertTrue(result.err().contains("there is no command"), result.err());
  }

  @Test
  void version_isPrinted() throws Exception {
    var result = jitalloc("", "--version");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().matches("jitalloc [0-9]+[.][0-9]+[^ ]*( [(]\\w+[)])?\n"), result.out());
  }

  @Test
  void withoutTerminal_runsStandardInput() throws Exception {
    Files.writeString(directory.resolve("seven.hex"), SEVEN);
    assertEquals(
        new ProgramRunner.Result(0, "0000000000000007\n", ""), jitalloc("bpf:run seven.hex\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fly",
        "exec",
        "tour now",
        "bpf-plugin 00 11",
        "completion fish",
        "bench",
        "bench fly"
      })
  void misuse_exitsWith2_andAHint(String arguments) throws Exception {
    var result = jitalloc("", arguments.split(" "));
    assertEquals(2, result.code());
    assertTrue(result.err().contains("--help"), result.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tour ",
        "exec ",
        "bpf-plugin ",
        "completion ",
        "bench ",
        "bench alloc ",
        "bench trace ",
        "bench grow ",
        "bench creep ",
        "bench bpf ",
        "bench calls ",
        "bench ftrace ",
        "bench modules ",
        "bench guard ",
        "bench jmh "
      })
  void help_tellsTheUsage(String command) throws Exception {
    var result = jitalloc("", (command + "--help").split(" "));
    assertEquals(0, result.code());
    assertTrue(result.out().startsWith("usage: ./jitalloc " + command.strip()), result.out());
  }

  @Test
  void completion_completesCommands() throws Exception {
    Path script = Distribution.root().resolve("jitalloc");
    String probe =
        """
        source <('%s' completion bash)
        COMP_WORDS=(./jitalloc exec '"mem:s'); COMP_CWORD=2; _jitalloc; echo "${COMPREPLY[@]}"
        COMP_WORDS=(./jitalloc to); COMP_CWORD=1; _jitalloc; echo "${COMPREPLY[@]}"
        COMP_WORDS=(./jitalloc bench al); COMP_CWORD=2; _jitalloc; echo "${COMPREPLY[@]}"
        COMP_WORDS=(./jitalloc bench alloc x --t); COMP_CWORD=4; _jitalloc; echo "${COMPREPLY[@]}"
        """
            .formatted(script);
    var result = ProgramRunner.run(directory, "", Map.of(), _ -> {}, List.of("bash", "-c", probe));
    assertEquals("mem:stats\ntour\nalloc\n--threads\n", result.out(), result.err());
  }

  private List<String> completed(String words) throws Exception {
    String line =
        "COMP_WORDS=(./jitalloc %s ''); COMP_CWORD=2; _jitalloc; echo \"${COMPREPLY[@]}\"";
    String script = "source <('%s' completion bash); %s";
    Path jitalloc = Distribution.root().resolve("jitalloc");
    var bash = List.of("bash", "-c", script.formatted(jitalloc, line.formatted(words)));
    return List.of(
        ProgramRunner.run(directory, "", Map.of(), _ -> {}, bash).out().strip().split(" "));
  }

  @Test
  void completionAndUsage_haveEachCommandOfTheShell() throws Exception {
    List<String> commands =
        jitalloc("", "exec", "help")
            .out()
            .lines()
            .filter(line -> line.matches("(bpf|mem|mod|trace|probe|jitalloc):.*"))
            .toList();
    assertTrue(commands.size() > 30, commands.toString());
    assertEquals(List.of(), without(commands, completed("exec")));
    String usage = Files.readString(Distribution.root().resolve("docs/usage.md"));
    assertEquals(
        List.of("jitalloc:tour"),
        commands.stream().filter(command -> !usage.contains("`" + command + "`")).toList());
  }

  @Test
  void completion_hasEachBenchmark() throws Exception {
    List<String> benchmarks =
        jitalloc("", "bench", "--help")
            .out()
            .lines()
            .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
            .map(line -> line.strip().split(" ")[0])
            .filter(name -> !name.equals("NAME"))
            .toList();
    assertTrue(benchmarks.size() > 8, benchmarks.toString());
    assertEquals(List.of(), without(benchmarks, completed("bench")));
  }

  private static List<String> without(List<String> all, List<String> others) {
    return all.stream().filter(one -> !others.contains(one)).toList();
  }

  @Test
  void javaCommand_mayHoldArguments() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var result =
        ProgramRunner.jitalloc(
            directory, SEVEN, Map.of("JITALLOC_JAVA", java + " -showversion"), "bpf-plugin");
    assertEquals(0, result.code(), result.err());
    assertEquals("7\n", result.out());
    assertTrue(result.err().contains("25"), result.err());
  }

  @Test
  void memoryMode_unknown_isRefusedWithTheList() throws Exception {
    var result =
        ProgramRunner.jitalloc(
            directory, SEVEN, Map.of("JITALLOC_MEMORY_MODE", "hope"), "bpf-plugin");
    assertEquals(1, result.code());
    assertTrue(result.err().contains("hope") && result.err().contains("memfd"), result.err());
  }

  @Test
  void protections_areHandedOn_andRefusedWithTheirValues() throws Exception {
    Map<String, String> all = Map.of("JITALLOC_PROTECT", "alias=mprotect guards=true");
    var result = ProgramRunner.jitalloc(directory, SEVEN, all, "bpf-plugin");
    assertEquals("7\n", result.out(), result.err());
    var refused =
        ProgramRunner.jitalloc(
            directory, SEVEN, Map.of("JITALLOC_PROTECT", "alias=no"), "bpf-plugin");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("pkeys"), refused.err());
  }
}
