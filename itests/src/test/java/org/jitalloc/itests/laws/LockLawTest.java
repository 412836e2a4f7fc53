package org.jitalloc.itests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jitalloc.itests.harness.Distribution;
import org.jitalloc.itests.laws.Bundles.Bundle;
import org.jitalloc.itests.laws.fake.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 5: every class with a monitor or a lock is in docs/locking.md, and no other class is. */
final class LockLawTest {
  private static final String PREFIX = "org.jitalloc.";

  /** A class in the second column of the table: {@code part.Class} or {@code part.Class.field}. */
  private static final Pattern CLASS = Pattern.compile("`([a-z0-9.]+\\.[A-Z]\\w*)[^`]*`");

  /** {@return the classes in the second column of the table of locks, without the prefix} */
  private static Set<String> documented(List<String> lines) {
    var names = new TreeSet<String>();
    for (String line : lines) {
      String[] columns = line.split("\\|", -1);
      if (columns.length > 3) {
        Matcher matcher = CLASS.matcher(columns[2]);
        while (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names;
  }

  private static Set<String> locking() {
    var names = new TreeSet<String>();
    for (Bundle bundle : Bundles.all()) {
      for (byte[] classFile : bundle.classFiles()) {
        ClassModel model = ClassFiles.parse(classFile);
        if (ClassFiles.locks(model)) {
          names.add(ClassFiles.topLevel(model).substring(PREFIX.length()));
        }
      }
    }
    return names;
  }

  private static Set<String> without(Set<String> all, Set<String> others) {
    var rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  @Test
  void classesWithLocks_areDocumented_andNoOthers() throws IOException {
    List<String> lines = Files.readAllLines(Distribution.root().resolve("docs/locking.md"));
    assertEquals(Set.of(), without(locking(), documented(lines)), "not in docs/locking.md");
    assertEquals(Set.of(), without(documented(lines), locking()), "have no lock");
  }

  @ParameterizedTest
  @ValueSource(classes = {Locked.Field.class, Locked.Method.class, Locked.Block.class})
  void fake_isFound(Class<?> fake) {
    assertTrue(ClassFiles.locks(ClassFiles.parse(ClassFiles.of(fake))), fake.getName());
  }

  @Test
  void classWithoutLocks_isNotFound() {
    assertFalse(ClassFiles.locks(ClassFiles.parse(ClassFiles.of(Locked.class))));
  }

  @Test
  void fakeTable_isRead() {
    assertEquals(
        Set.of("core.Two", "core.pack.One"),
        documented(
            List.of(
                "| lock | where | guards | taken while holding |",
                "| a | `core.pack.One.lock`, `core.Two` (its monitor) | `core.Three` | nothing |",
                "prose about `core.Four`")));
  }
}
