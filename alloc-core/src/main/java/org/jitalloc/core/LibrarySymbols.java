package org.jitalloc.core;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.SymbolResolver;
import org.osgi.service.component.annotations.Component;

/**
 * What the C library and the run-time library of C++ define, in this process. The latter is loaded,
 * if it is installed, for a symbol that the former does not have.
 */
@Component(property = "jit.target=host")
public final class LibrarySymbols implements SymbolResolver {
  private static final List<String> LATE = List.of("libstdc++.so.6");

  private final SymbolLookup libraries = Linker.nativeLinker().defaultLookup();

  /** Made by Declarative Services, or by whoever looks for services on the class path. */
  public LibrarySymbols() {}

  /** Libraries that are loaded when they are needed first, and stay. */
  private static final class LateLibraries {
    static final List<SymbolLookup> LOADED =
        LATE.stream().flatMap(name -> load(name).stream()).toList();

    private static Optional<SymbolLookup> load(String name) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException notInstalled) {
        return Optional.empty();
      }
    }
  }

  @Override
  public OptionalLong find(String name) {
    OptionalLong known = find(libraries, name);
    if (known.isPresent()) {
      return known;
    }
    return LateLibraries.LOADED.stream()
        .map(library -> find(library, name))
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  private static OptionalLong find(SymbolLookup library, String name) {
    Optional<MemorySegment> found = library.find(name);
    return found.isPresent() ? OptionalLong.of(found.get().address()) : OptionalLong.empty();
  }
}
