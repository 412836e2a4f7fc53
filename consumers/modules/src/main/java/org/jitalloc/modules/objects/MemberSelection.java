package org.jitalloc.modules.objects;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/** The objects to be loaded: all that are given, and members of archives that these need. */
final class MemberSelection {
  /** An object and where it is from. */
  record Input(String name, ElfObject object) {}

  private final ElfCodec codec;
  private final boolean whole;
  private final List<Input> chosen = new ArrayList<>();
  private final List<Input> offered = new ArrayList<>();
  private final Map<ElfObject, Set<String>> definedBy = new HashMap<>();
  private final Set<String> defined = new HashSet<>();
  private final Set<String> wanted;

  /**
   * Begins.
   *
   * @param roots symbols that are wanted though no object needs them
   * @param whole whether all members of archives are taken
   */
  MemberSelection(ElfCodec codec, Collection<String> roots, boolean whole) {
    this.codec = codec;
    this.whole = whole;
    wanted = new HashSet<>(roots);
  }

  void add(Path path, ByteBuffer file) {
    if (!Archive.isArchive(file)) {
      choose(read(String.valueOf(path.getFileName()), file));
      return;
    }
    for (Archive.Member member : Archive.members(path, file)) {
      if (OtherObjects.isText(member.content())) {
        continue;
      }
      Input input = read(member.name(), member.content());
      if (whole) {
        choose(input);
      } else {
        definedBy.put(input.object(), definitions(input.object()));
        offered.add(input);
      }
    }
  }

  private Input read(String name, ByteBuffer file) {
    OtherObjects.refuse(name, file);
    try {
      ElfObject object = ElfObject.readForProcess(file, codec);
      OtherObjects.refuse(name, object);
      return new Input(name, object);
    } catch (ModuleException failure) {
      throw Named.with(name, failure);
    }
  }

  private static boolean isDefinition(ElfObject object, int symbol) {
    return object.symbolBinding(symbol) != Elf.STB_LOCAL
        && object.symbolSection(symbol) != Elf.SHN_UNDEF;
  }

  private static Set<String> definitions(ElfObject object) {
    var names = new HashSet<String>();
    for (int i = 1; i < object.symbolCount(); i++) {
      if (isDefinition(object, i)) {
        names.add(VersionedName.plain(object.symbolName(i)));
      }
    }
    return names;
  }

  private void choose(Input input) {
    chosen.add(input);
    ElfObject object = input.object();
    for (int i = 1; i < object.symbolCount(); i++) {
      String name = VersionedName.plain(object.symbolName(i));
      if (isDefinition(object, i)) {
        defined.add(name);
      } else if (object.symbolBinding(i) == Elf.STB_GLOBAL) {
        wanted.add(name);
      }
    }
  }

  private boolean isNeeded(ElfObject object) {
    for (String name : definedBy.getOrDefault(object, Set.of())) {
      if (wanted.contains(name) && !defined.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The objects, once everything was added. */
  List<Input> inputs() {
    boolean more = true;
    while (more) {
      more = false;
      for (Iterator<Input> it = offered.iterator(); it.hasNext(); ) {
        Input input = it.next();
        if (isNeeded(input.object())) {
          choose(input);
          it.remove();
          more = true;
        }
      }
    }
    return chosen;
  }
}
