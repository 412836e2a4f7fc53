package org.jitalloc.modules.objects;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/** The objects to be loaded: all that are given, and members of archives that these need. */
final class MemberSelection {
  private final ElfCodec codec;
  private final List<ElfObject> chosen = new ArrayList<>();
  private final List<ElfObject> offered = new ArrayList<>();
  private final Set<String> defined = new HashSet<>();
  private final Set<String> wanted = new HashSet<>();

  MemberSelection(ElfCodec codec) {
    this.codec = codec;
  }

  void add(ByteBuffer file) {
    if (Archive.isArchive(file)) {
      Archive.members(file).forEach(member -> offered.add(ElfObject.read(member, codec)));
    } else {
      choose(ElfObject.read(file, codec));
    }
  }

  private void choose(ElfObject object) {
    chosen.add(object);
    for (int i = 1; i < object.symbolCount(); i++) {
      if (object.symbolBinding(i) == Elf.STB_GLOBAL) {
        boolean isDefined = object.symbolSection(i) != Elf.SHN_UNDEF;
        (isDefined ? defined : wanted).add(object.symbolName(i));
      }
    }
  }

  private boolean isNeeded(ElfObject object) {
    for (int i = 1; i < object.symbolCount(); i++) {
      if (object.symbolBinding(i) == Elf.STB_GLOBAL
          && object.symbolSection(i) != Elf.SHN_UNDEF
          && wanted.contains(object.symbolName(i))
          && !defined.contains(object.symbolName(i))) {
        return true;
      }
    }
    return false;
  }

  /** The objects, once everything was added. */
  List<ElfObject> objects() {
    boolean more = true;
    while (more) {
      more = false;
      for (Iterator<ElfObject> it = offered.iterator(); it.hasNext(); ) {
        ElfObject object = it.next();
        if (isNeeded(object)) {
          choose(object);
          it.remove();
          more = true;
        }
      }
    }
    return chosen;
  }
}
