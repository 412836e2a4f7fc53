package org.jitalloc.kmod.depmod;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jitalloc.modules.info.ModuleName;
import org.jspecify.annotations.Nullable;

/** Finds the files below a folder that have names of modules. */
final class ModuleTree {
  private ModuleTree() {}

  /**
   * Walks a folder and finds regular files and links to regular files. Other files with names of
   * modules are skipped: opening a FIFO would wait for a writer.
   *
   * @param folder the folder; links to folders are not followed
   * @param skipped receives the skipped files
   * @return the files, sorted by path
   * @throws IOException if the folder itself cannot be read
   */
  static List<Path> files(Path folder, List<SkippedFile> skipped) throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            if (!path.equals(folder) && isNamedLikeModule(path)) {
              skip(path, "a folder");
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (isNamedLikeModule(path)) {
              if (Files.isRegularFile(path)) {
                found.add(path);
              } else {
                skip(path, attributes.isSymbolicLink() ? "a dead link" : "not a regular file");
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure)
              throws IOException {
            if (path.equals(folder)) {
              throw failure;
            }
            skip(path, "cannot be read: " + failure.getMessage());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(path, failure);
          }

          private void skip(Path path, String why) {
            skipped.add(new SkippedFile(ModuleFileReader.path(folder, path), why));
          }
        });
    Collections.sort(found);
    return found;
  }

  private static boolean isNamedLikeModule(Path path) {
    return ModuleName.isFile(String.valueOf(path.getFileName()));
  }
}
