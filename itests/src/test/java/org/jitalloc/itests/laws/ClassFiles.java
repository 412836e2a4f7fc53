package org.jitalloc.itests.laws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads from class files what ArchUnit does not: monitors, native methods and constants. */
final class ClassFiles {
  /** Types of fields that are locks. */
  private static final Set<String> LOCKS =
      Set.of(
          "Ljava/util/concurrent/locks/Lock;",
          "Ljava/util/concurrent/locks/ReentrantLock;",
          "Ljava/util/concurrent/locks/ReadWriteLock;",
          "Ljava/util/concurrent/locks/ReentrantReadWriteLock;",
          "Ljava/util/concurrent/locks/StampedLock;",
          "Ljava/util/concurrent/Semaphore;",
          "Lorg/jitalloc/core/pack/SpinLock;");

  private ClassFiles() {}

  static ClassModel parse(byte[] classFile) {
    return ClassFile.of().parse(classFile);
  }

  /** {@return the class file of a loaded class} */
  static byte[] of(Class<?> type) {
    String name = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no class file: " + name);
      }
      return in.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(name, failure);
    }
  }

  /** {@return the binary name of the top-level class that contains a class} */
  static String topLevel(ClassModel model) {
    String name = model.thisClass().asInternalName().replace('/', '.');
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** {@return whether a class enters a monitor, or has a lock in a field} */
  static boolean locks(ClassModel model) {
    return model.fields().stream().anyMatch(ClassFiles::isLock)
        || model.methods().stream().anyMatch(ClassFiles::entersMonitor);
  }

  private static boolean isLock(FieldModel field) {
    return LOCKS.contains(field.fieldType().stringValue());
  }

  private static boolean entersMonitor(MethodModel method) {
    return method.flags().has(AccessFlag.SYNCHRONIZED)
        || method.findAttribute(Attributes.code()).map(CodeModel.class::cast).stream()
            .flatMap(CodeModel::elementStream)
            .anyMatch(MonitorInstruction.class::isInstance);
  }

  /** {@return the names of the native methods of a class} */
  static List<String> nativeMethods(ClassModel model) {
    return model.methods().stream()
        .filter(method -> method.flags().has(AccessFlag.NATIVE))
        .map(method -> method.methodName().stringValue())
        .toList();
  }

  /** {@return the string constants of a class} */
  static List<String> strings(ClassModel model) {
    List<String> strings = new ArrayList<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof StringEntry string) {
        strings.add(string.stringValue());
      }
    }
    return strings;
  }
}
