package org.jitalloc.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jitalloc.AccessViolationException;
import org.jitalloc.AccessViolationException.Access;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

class ImageSpaceTest {
  private static final int PAGE = ImageSpace.PAGE_BYTES;
  private static final long BASE = 0xffff_8000_0000_0000L;
  private static final byte[] ZERO = {0};
  private static final byte[] TRAP = {0, 0x20, (byte) 0xd4, 0x20};

  private final ImageSpace space = new ImageSpace("image-test");

  @Test
  void load_newPages_containThePattern() {
    space.map(BASE, 2 * PAGE, PageProtection.ROX, TRAP);
    assertArrayEquals(
        new byte[] {0x20, 0, 0x20, (byte) 0xd4, 0x20, 0}, space.fetch(BASE + PAGE - 1, 6));
  }

  @Test
  void access_withoutPermission_namesAddressAccessAndPage() {
    space.map(BASE, PAGE, PageProtection.RW, ZERO);
    space.map(BASE + PAGE, PAGE, PageProtection.ROX, ZERO);
    var store =
        assertThrows(
            AccessViolationException.class, () -> space.store(BASE + PAGE - 2, new byte[4]));
    assertEquals(BASE + PAGE, store.address());
    assertEquals(BASE + PAGE, store.page());
    assertEquals(Access.STORE, store.access());
    assertEquals(
        "STORE at 0xffff800000001000 not allowed: target=image-test page=0xffff800000001000"
            + " protection=r-x",
        store.getMessage());
    var fetch = assertThrows(AccessViolationException.class, () -> space.fetch(BASE + 5, 1));
    assertEquals(BASE + 5, fetch.address());
    assertEquals(BASE, fetch.page());
    var load =
        assertThrows(AccessViolationException.class, () -> space.load(BASE + 2 * PAGE - 1, 2));
    assertEquals(BASE + 2 * PAGE, load.address());
    assertEquals(
        "LOAD at 0xffff800000002000 not allowed: target=image-test page=0xffff800000002000"
            + " protection=unmapped",
        load.getMessage());
  }

  @Test
  void store_secondPageIsNotWritable_firstPageIsUnchanged() {
    space.map(BASE, PAGE, PageProtection.RW, ZERO);
    space.map(BASE + PAGE, PAGE, PageProtection.RO, ZERO);
    byte[] ones = {1, 1, 1, 1};
    assertThrows(AccessViolationException.class, () -> space.store(BASE + PAGE - 2, ones));
    assertArrayEquals(new byte[4], space.load(BASE + PAGE - 2, 4));
    space.write(BASE + PAGE - 2, ones);
    assertArrayEquals(ones, space.load(BASE + PAGE - 2, 4));
    assertThrows(AccessViolationException.class, () -> space.write(BASE + 2 * PAGE - 2, ones));
    assertArrayEquals(new byte[2], space.load(BASE + 2 * PAGE - 2, 2));
  }

  @Test
  void lastPage_behavesLikeOtherPages() {
    space.map(-PAGE, PAGE, PageProtection.RW, ZERO);
    space.store(-1, new byte[] {7});
    assertArrayEquals(new byte[] {0, 7}, space.load(-2, 2));
    var beyond = assertThrows(AccessViolationException.class, () -> space.load(-1, 2));
    assertEquals(0, beyond.address());
    assertThrows(
        IllegalArgumentException.class,
        () -> space.map(-PAGE, 2 * PAGE, PageProtection.RW, ZERO),
        "a mapping does not continue at address 0");
    space.unmap(-PAGE, PAGE);
    assertThrows(AccessViolationException.class, () -> space.load(-1, 1));
  }

  @Test
  void pages_invalidArguments_areRefusedWithoutAChange() {
    space.map(BASE + PAGE, PAGE, PageProtection.RO, ZERO);
    assertThrows(
        IllegalArgumentException.class, () -> space.map(BASE, 2 * PAGE, PageProtection.RW, ZERO));
    assertThrows(AccessViolationException.class, () -> space.load(BASE, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> space.protect(BASE + PAGE, 2 * PAGE, PageProtection.RW));
    assertThrows(AccessViolationException.class, () -> space.store(BASE + PAGE, ZERO));
    assertThrows(IllegalArgumentException.class, () -> space.unmap(BASE, 2 * PAGE));
    assertEquals(1, space.load(BASE + PAGE, 1).length);
    for (long[] bad : new long[][] {{1, PAGE}, {0, 0}, {0, -PAGE}, {0, 5}}) {
      assertThrows(
          IllegalArgumentException.class, () -> space.map(bad[0], bad[1], PageProtection.RW, ZERO));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> space.map(0, PAGE, PageProtection.RW, new byte[] {1, 2, 3}));
    assertThrows(IllegalArgumentException.class, () -> space.load(BASE + PAGE, -1));
  }

  record Step(int kind, int at, int length, PageProtection protection, byte value) {}

  private static Step step(RandomValues values) {
    return new Step(
        values.intIn(0, 9),
        values.intIn(0, 8 * PAGE - 1),
        values.intIn(0, 3 * PAGE),
        values.oneOf(PageProtection.values()),
        (byte) values.intIn(Byte.MIN_VALUE, Byte.MAX_VALUE));
  }

  /** Compares the last eight pages of an address space with a map of bytes and a map of pages. */
  private static final class Model {
    static final long START = -8L * PAGE;
    final ImageSpace space = new ImageSpace("image-model");
    final Map<Long, PageProtection> pages = new HashMap<>();
    final Map<Long, Byte> bytes = new HashMap<>();

    void run(Step step) {
      long page = START + step.at / PAGE * PAGE;
      long address = START + step.at;
      switch (step.kind) {
        case 0, 1, 2, 3 -> map(page, step);
        case 4 -> unmap(page);
        case 5 -> {
          if (pages.containsKey(page)) {
            space.protect(page, PAGE, step.protection);
            pages.put(page, step.protection);
          }
        }
        case 6 -> change(address, step, Access.STORE);
        case 7 -> change(address, step, null);
        default -> fill(address, step);
      }
      for (Access access : new Access[] {Access.LOAD, Access.FETCH, null}) {
        read(address - step.length / 2, step.length, access);
      }
    }

    void map(long page, Step step) {
      if (pages.putIfAbsent(page, step.protection) == null) {
        space.map(page, PAGE, step.protection, new byte[] {step.value});
        for (int i = 0; i < PAGE; i++) {
          bytes.put(page + i, step.value);
        }
      }
    }

    void unmap(long page) {
      if (pages.remove(page) != null) {
        space.unmap(page, PAGE);
      }
    }

    /** Returns the first address that does not allow the access; null if all allow it. */
    Long obstacle(long address, long length, Access access) {
      for (long a = address; a != address + length; a++) {
        PageProtection page = pages.get(a & -PAGE);
        boolean allowed =
            page != null
                && (access == null
                    || switch (access) {
                      case LOAD -> page.readable();
                      case STORE -> page.writable();
                      case FETCH -> page.executable();
                    });
        if (!allowed) {
          return a;
        }
      }
      return null;
    }

    void change(long address, Step step, Access access) {
      var data = new byte[step.length];
      Arrays.fill(data, step.value);
      Long obstacle = obstacle(address, data.length, access);
      check(
          obstacle,
          () -> {
            if (access == null) {
              space.write(address, data);
            } else {
              space.store(address, data);
            }
          });
      for (int i = 0; obstacle == null && i < data.length; i++) {
        bytes.put(address + i, step.value);
      }
    }

    void fill(long address, Step step) {
      Long obstacle = obstacle(address, step.length, null);
      check(obstacle, () -> space.fill(address, step.length, new byte[] {step.value, 1}));
      for (int i = 0; obstacle == null && i < step.length; i++) {
        bytes.put(address + i, (address + i) % 2 == 0 ? step.value : 1);
      }
    }

    void read(long address, int length, Access access) {
      Long obstacle = obstacle(address, length, access);
      check(
          obstacle,
          () -> {
            byte[] found =
                access == null
                    ? space.read(address, length)
                    : access == Access.LOAD
                        ? space.load(address, length)
                        : space.fetch(address, length);
            var expected = new byte[length];
            for (int i = 0; i < length; i++) {
              expected[i] = bytes.get(address + i);
            }
            assertArrayEquals(expected, found);
          });
    }

    static void check(Long obstacle, Runnable access) {
      if (obstacle == null) {
        access.run();
      } else {
        var refusal = assertThrows(AccessViolationException.class, access::run);
        assertEquals(obstacle, refusal.address());
        assertEquals(obstacle & -PAGE, refusal.page());
      }
    }
  }

  @Seeded(tries = 200)
  void randomOperations_agreeWithTheModel(RandomValues values) {
    var model = new Model();
    values.list(20, 60, () -> step(values)).forEach(model::run);
  }
}
