package org.jitalloc.ftrace.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;
import org.jitalloc.ftrace.testing.PlainText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FunctionFilterTest {
  private final JitAllocator image = JitAlloc.newImage("filter", "s390x");
  private final SiteTable table = new SiteTable();
  private final FunctionFilter filter = new FunctionFilter(table);

  @BeforeEach
  void loadText() {
    load("", "vfs_read", "vfs_write", "schedule");
    load("ext4", "ext4_read", "ext4_write", "helper");
  }

  private SiteGroup load(String owner, String... functions) {
    var code = new byte[functions.length * 16];
    Map<Integer, String> sites = new TreeMap<>();
    for (int i = 0; i < functions.length; i++) {
      code[i * 16] = (byte) 0xc0;
      code[i * 16 + 1] = 4;
      sites.put(i * 16, functions[i]);
    }
    SiteGroup group =
        SiteGroup.of(
            PlainText.forming(image, owner, code, sites),
            ServiceLoader.load(CallSites.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(s -> s.arch().equals("s390x"))
                .findFirst()
                .orElseThrow(),
            image.target().byteOrder(),
            code);
    table.add(group);
    return group;
  }

  private List<String> after(String words, boolean append) {
    filter.write(words, append);
    return filter.lines();
  }

  @Test
  void aName_choosesThatFunction() {
    assertEquals(List.of("vfs_read"), after("vfs_read", false));
  }

  @Test
  void globs_chooseByAnyPart() {
    assertEquals(List.of("vfs_read", "vfs_write"), after("vfs_*", false));
    assertEquals(List.of("vfs_write", "ext4_write [ext4]"), after("*_write", false));
    assertEquals(List.of("vfs_read", "ext4_read [ext4]"), after("*_r?ad", false));
    assertEquals(List.of("schedule", "helper [ext4]"), after("sched*le h*p*r", false));
  }

  @Test
  void writing_replaces_appending_adds() {
    after("vfs_read", false);
    assertEquals(List.of("vfs_read", "schedule"), after("schedule", true));
    assertEquals(List.of("helper [ext4]"), after("helper", false));
    assertEquals(List.of(), after("", false));
    assertTrue(filter.isEmpty());
  }

  @Test
  void exclamationMark_removes() {
    after("vfs_* *_write", false);
    assertEquals(List.of("vfs_read"), after("!*_write", true));
  }

  @Test
  void modules_areChosenByName() {
    assertEquals(
        List.of("ext4_read [ext4]", "ext4_write [ext4]", "helper [ext4]"),
        after(":mod:ext4", false));
    assertEquals(List.of("ext4_write [ext4]"), after("*write*:mod:ext*", false));
  }

  @Test
  void aModuleThatIsToCome_isRemembered() {
    assertEquals(List.of("xfs_*:mod:xfs"), after("xfs_*:mod:xfs", false));
    SiteGroup xfs = load("xfs", "xfs_read", "other");
    filter.came(xfs);
    assertEquals(List.of("xfs_read [xfs]"), filter.lines());
    table.remove(xfs);
    filter.went(xfs);
    assertEquals(List.of("xfs_*:mod:xfs"), filter.lines());
    assertEquals(List.of(), after("!xfs_*:mod:xfs", true));
  }

  @Test
  void aNumber_isALineOfTheListOfFunctions() {
    assertEquals(List.of("vfs_write", "ext4_read [ext4]"), after("2 4", false));
    assertThrows(JitAllocException.class, () -> filter.write("7", false));
  }

  @Test
  void whatMakesNoSense_isRefused_andNothingChanges() {
    after("schedule", false);
    for (String words : List.of("nobody", "vfs_read nobody", "a:traceon", "a:mod:", "!")) {
      assertThrows(JitAllocException.class, () -> filter.write(words, false), words);
      assertEquals(List.of("schedule"), filter.lines());
    }
  }
}
