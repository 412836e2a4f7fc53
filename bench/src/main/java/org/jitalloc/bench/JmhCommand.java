package org.jitalloc.bench;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** {@code bench jmh}: benchmarks of single calls, with the options of JMH. */
final class JmhCommand implements Command {

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    try {
      var options = new CommandLineOptions(words.toArray(String[]::new));
      if (options.shouldList()) {
        new Runner(options).list();
      } else {
        new Runner(options).run();
      }
    } catch (CommandLineOptionException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    } catch (NoBenchmarksException _) {
      throw new UsageException("no benchmark matches; ./jitalloc bench jmh -l lists them");
    } catch (RunnerException failed) {
      throw new IOException("JMH failed: " + failed.getMessage(), failed);
    }
  }
}
