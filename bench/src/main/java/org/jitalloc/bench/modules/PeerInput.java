package org.jitalloc.bench.modules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of modules that the peer can link in one process, and an object that uses a symbol of
 * each, because the peer links only what is used.
 */
final class PeerInput {
  private final Path folder;

  PeerInput(Path folder) {
    this.folder = folder;
  }

  /** The symbol whose link links everything. */
  static final String ENTRY = "uses_all";

  /** {@return the copies; the first is the object that uses all others} */
  List<Path> prepare(List<Path> modules) throws IOException {
    var copies = new ArrayList<Path>();
    var source = new StringBuilder(".data\n.globl " + ENTRY + "\n" + ENTRY + ":\n");
    for (int i = 0; i < modules.size(); i++) {
      String name = "m" + i;
      var copy = new PeerModule(Files.readAllBytes(modules.get(i))).copy(name + "_");
      if (!copy.names().isEmpty()) {
        copies.add(Files.write(folder.resolve(name + ".ko"), copy.bytes()));
        source.append(".quad ").append(copy.names().getFirst()).append('\n');
      }
    }
    Path text = Files.writeString(folder.resolve("all.s"), source);
    Path object = folder.resolve("all.o");
    Linking.run(List.of("as", "-o", object.toString(), text.toString()));
    copies.addFirst(object);
    return copies;
  }
}
