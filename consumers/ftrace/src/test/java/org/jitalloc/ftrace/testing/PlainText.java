package org.jitalloc.ftrace.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** Text of a test: bytes, and where which function has its call site. */
public record PlainText(String owner, JitMemory memory, ByteOrder order, Map<Long, String> named)
    implements TraceableText {

  /** Text that is being formed, with sites at offsets. */
  public static PlainText forming(
      JitAllocator allocator, String owner, byte[] code, Map<Integer, String> sites) {
    JitMemory memory =
        allocator.allocate(AllocationRequest.of(ModMemType.TEXT, code.length).withAlignment(64));
    memory.write(0, code);
    Map<Long, String> functions = new TreeMap<>();
    sites.forEach((offset, name) -> functions.put(memory.address() + offset, name));
    return new PlainText(owner, memory, allocator.target().byteOrder(), functions);
  }

  @Override
  public byte[] callSites() {
    ByteBuffer table = ByteBuffer.allocate(named.size() * Long.BYTES).order(order);
    named.keySet().forEach(table::putLong);
    return table.array();
  }

  @Override
  public List<TextFunction> functions() {
    List<TextFunction> all = new ArrayList<>();
    named.forEach(
        (address, name) -> all.add(new TextFunction(name, address - memory.address(), 1)));
    return all;
  }
}
