package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/**
 * Text of an object, as tracers and probes want it. A function reaches from its symbol to the next,
 * as in the kernel. What lies in init memory goes too soon to be traced.
 *
 * @param owner the module, or the first of the object files
 * @param memory its text
 * @param callSites those that compilers have left, as their tables list them
 * @param symbols its symbols
 */
public record LoadedText(
    String owner, JitMemory memory, byte[] callSites, Supplier<SymbolTable> symbols)
    implements TraceableText {
  private static final List<String> TABLES =
      List.of("__mcount_loc", "__patchable_function_entries");

  /**
   * Finds the text of an object, after relocation.
   *
   * @param owner the owner of the text
   * @param memories the memories of the object
   * @param object the object
   * @param staging its sections
   * @param symbols its symbols
   * @return its text; empty if it has none but for init
   */
  public static List<TraceableText> of(
      String owner,
      List<JitMemory> memories,
      ElfObject object,
      Staging staging,
      Supplier<SymbolTable> symbols) {
    var sites = new ArrayList<Long>();
    TABLES.forEach(table -> sites.addAll(new FunctionTables(object, staging).functions(table)));
    return memories.stream()
        .filter(memory -> memory.type() == ModMemType.TEXT)
        .<TraceableText>map(
            memory ->
                new LoadedText(owner, memory, table(sites, memory, object.byteOrder()), symbols))
        .toList();
  }

  /** Those of its call sites that are in a memory. */
  private static byte[] table(List<Long> sites, JitMemory memory, ByteOrder order) {
    List<Long> inside = sites.stream().filter(memory.span()::contains).toList();
    ByteBuffer table = ByteBuffer.allocate(inside.size() * Long.BYTES).order(order);
    inside.forEach(table::putLong);
    return table.array();
  }

  @Override
  public List<TextFunction> functions() {
    var functions = new ArrayList<TextFunction>();
    SymbolTable all = symbols.get();
    long start = memory.address();
    long end = start + memory.bytes();
    for (int i = 0; i < all.count(); i++) {
      long address = all.address(i);
      if (memory.span().contains(address) && isCode(all, address, start)) {
        String name = all.name(i);
        if (!name.startsWith("$")) {
          int bytes = Math.toIntExact(all.end(address, end) - address);
          functions.add(new TextFunction(name, address - start, bytes));
        }
      }
    }
    functions.sort(Comparator.comparingLong(TextFunction::offset));
    return functions;
  }

  private static boolean isCode(SymbolTable all, long address, long start) {
    OptionalInt there = all.at(address, start);
    return there.isPresent() && all.address(there.getAsInt()) == address;
  }
}
