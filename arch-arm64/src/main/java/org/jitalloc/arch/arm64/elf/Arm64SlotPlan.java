package org.jitalloc.arch.arm64.elf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.arch.support.elf.RelaScan;
import org.jitalloc.arch.support.elf.TargetSlots;

/**
 * Counts the branches that may be out of reach, as the kernel does: branches in code to another
 * section. Branches without addend of one kind to one symbol are counted once for each section.
 * Slots go where the object has sections for them ({@code .plt}, {@code .init.plt}), which a linker
 * script puts into each kernel module, and else before the sections of TEXT. For a processor with
 * {@linkplain Erratum843419 an erratum} sections are aligned, and there are slots for instructions
 * at addresses that the erratum forbids, and for slots at such addresses.
 */
final class Arm64SlotPlan extends RelaScan implements SlotPlan {
  static final int GOT_SLOT_BYTES = 8;

  /** The length of a cache line, as L1_CACHE_BYTES. */
  private static final int PLT_ALIGN_BYTES = 64;

  private static final int INSN_BYTES = 4;

  private final RelocatableObject object;
  private final Veneer veneer;
  private final TargetSlots got = new TargetSlots();
  private final List<SlotTable> tables = new ArrayList<>();

  /** For each symbol, the last section (plus 1) with a CALL26 to it, and with a JUMP26. */
  private final int[] called;

  private final int[] jumped;

  private final Erratum843419 erratum;

  /** The additional alignments of sections in bytes. */
  private final int[] aligns;

  private int section;
  private boolean code;
  private int branches;
  private int coreBranches;
  private int initBranches;
  private int gotPart = -1;
  private final PltRoom core;
  private final PltRoom init;

  Arm64SlotPlan(RelocatableObject object, ObjectUse use, Erratum843419 erratum)
      throws RelocationException {
    this.object = object;
    this.erratum = erratum;
    aligns = new int[object.sectionCount()];
    veneer = use == ObjectUse.KERNEL_MODULE ? Veneer.KERNEL : Veneer.PROCESS;
    called = new int[object.symbolCount()];
    jumped = new int[object.symbolCount()];
    for (int table = 0; table < object.relocationTableCount(); table++) {
      count(table);
    }
    int coreSection = find(".plt");
    int initSection = find(".init.plt");
    if (initSection == SlotTable.NO_SECTION) {
      coreBranches += initBranches;
    }
    core = room("plt", coreSection, coreBranches, coreSection != SlotTable.NO_SECTION);
    init = initSection == SlotTable.NO_SECTION ? core : room("", initSection, initBranches, true);
    reserveTrampoline(".text.ftrace_trampoline");
    reserveTrampoline(".init.text.ftrace_trampoline");
    if (got.count() > 0) {
      gotPart = add("got", SlotTable.NO_SECTION, got.count() * GOT_SLOT_BYTES, GOT_SLOT_BYTES);
    }
  }

  private void count(int table) throws RelocationException {
    section = object.relocatedSection(table);
    code = object.isCode(section);
    branches = 0;
    scan(object, table);
    if (erratum == Erratum843419.PRESENT) {
      int slotsInPage = Erratum843419.PAGE_BYTES / veneer.bytes();
      branches += (branches + slotsInPage - 1) / slotsInPage;
    }
    if (object.isInit(section)) {
      initBranches += branches;
    } else {
      coreBranches += branches;
    }
  }

  @Override
  protected void entry(long offset, int type, int symbol, long addend) {
    if (Types.isAdrp(type) && code && erratum == Erratum843419.PRESENT) {
      countAdrp(offset);
    }
    if (Types.isBranch(type)) {
      if (code && object.symbolSection(symbol) != section) {
        countBranch(type, symbol, addend);
      }
    } else if (Types.usesGotSlot(type)) {
      got.findOrAdd(symbol, type == Types.GOTPCREL32 ? 0 : addend);
    }
  }

  private void countAdrp(long offset) {
    long align = Erratum843419.safeAlignBytes(offset);
    if (align > Erratum843419.PAGE_BYTES) {
      branches++;
    } else {
      aligns[section] = Math.max(aligns[section], (int) align);
    }
  }

  private void countBranch(int type, int symbol, long addend) {
    int[] seen = type == Types.CALL26 ? called : jumped;
    if (addend != 0 || seen[symbol] != section + 1) {
      branches++;
    }
    if (addend == 0) {
      seen[symbol] = section + 1;
    }
  }

  private int find(String name) {
    for (int i = 1; i < object.sectionCount(); i++) {
      if (object.sectionName(i).equals(name)) {
        return i;
      }
    }
    return SlotTable.NO_SECTION;
  }

  /**
   * Adds a table for slots; if the object has a section for it, with one more than counted, as in
   * the kernel.
   */
  private PltRoom room(String name, int at, int slots, boolean always) {
    if (slots == 0 && !always) {
      return new PltRoom(-1, 0);
    }
    int bytes = (slots + 1) * veneer.bytes();
    return new PltRoom(add(name, at, bytes, PLT_ALIGN_BYTES), slots);
  }

  /** Reserves the trampoline to the function tracer, which the tracer fills. */
  private void reserveTrampoline(String name) {
    int at = find(name);
    if (at != SlotTable.NO_SECTION) {
      add(name, at, Veneer.KERNEL.bytes(), INSN_BYTES);
    }
  }

  private int add(String name, int at, int bytes, int alignBytes) {
    String label = at == SlotTable.NO_SECTION ? name : object.sectionName(at);
    tables.add(new SlotTable(label, at, ModMemType.TEXT, bytes, alignBytes));
    return object.sectionCount() + tables.size() - 1;
  }

  @Override
  public List<SlotTable> tables() {
    return List.copyOf(tables);
  }

  @Override
  public int sectionAlignBytes(int of) {
    return Math.max(1, aligns[of]);
  }

  @Override
  public Relocator relocator(PlacedObject placed) {
    var slots = new Arm64SlotWriter(placed, veneer, erratum, core, init, got, gotPart);
    return new Arm64Relocator(object, placed, slots);
  }
}
