package org.jitalloc.modules.code;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.UnwindCodec;
import org.jitalloc.modules.CodeFit;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.ElfObject;

/** What the tables of one module say. Immutable. */
public final class CodeTables {
  private final List<CodeFixup> fixups;
  private final Optional<CodeFit> fit;
  private final Optional<UnwindCodec> unwinding;
  private final ExceptionTable exceptions;

  private CodeTables(
      List<CodeFixup> fixups,
      Optional<CodeFit> fit,
      Optional<UnwindCodec> unwinding,
      ExceptionTable exceptions) {
    this.fixups = List.copyOf(fixups);
    this.fit = fit;
    this.unwinding = unwinding;
    this.exceptions = exceptions;
  }

  /**
   * Reads the tables of a module, sorts those that want it, and makes its code fit a processor.
   *
   * @param codecs read tables of its architecture
   * @param codec says what that is
   * @param object the module
   * @param placed the module after relocation, to be changed
   * @param options say for which processor code is made to fit, and whether what is made to fit is
   *     listed
   * @return the tables
   * @throws ModuleException MALFORMED if a table makes no sense; UNSUPPORTED if there is no service
   *     that can make code fit
   */
  public static CodeTables finish(
      CodeCodecs codecs,
      ElfCodec codec,
      ElfObject object,
      PlacedObject placed,
      LoadOptions options) {
    Set<Integer> features = options.cpuFeatures();
    try {
      Optional<FixupCodec> fixups = codecs.fixups(codec.arch());
      List<CodeFixup> listed =
          options.listFixups()
              ? fixups.map(it -> it.read(object, placed)).orElse(List.of())
              : List.of();
      Optional<CodeFit> fit =
          features == null
              ? Optional.empty()
              : Optional.of(
                  fit(
                      fixups
                          .orElseThrow(() -> unfit(codec))
                          .plan(object, placed, features::contains),
                      new CodeBytes(object, placed)));
      return new CodeTables(
          listed,
          fit,
          codecs.unwinding(codec.arch()).filter(it -> it.sort(object, placed).isPresent()),
          ExceptionTable.sort(object, placed, codec.byteOrder()));
    } catch (IllegalArgumentException senseless) {
      throw new ModuleException(
          Reason.MALFORMED, String.valueOf(senseless.getMessage()), senseless);
    }
  }

  private static ModuleException unfit(ElfCodec codec) {
    return new ModuleException(
        Reason.UNSUPPORTED,
        "code of %s cannot be made to fit a processor: there is no service for it"
            .formatted(codec.arch()));
  }

  private static CodeFit fit(CodePlan plan, CodeBytes code) {
    plan.patches().forEach(patch -> code.write(patch.place().address(), patch.code()));
    return new CodeFit(plan.patches().size(), plan.left());
  }

  /**
   * {@return the places whose code depends on the processor, in the order of the tables, if asked
   * for}
   */
  public List<CodeFixup> fixups() {
    return fixups;
  }

  /** {@return what was done to make the code fit a processor; empty if none was named} */
  public Optional<CodeFit> fit() {
    return fit;
  }

  /** {@return the sorted table by which the stack is unwound, if there is one} */
  public Optional<UnwindCodec> unwinding() {
    return unwinding;
  }

  /**
   * Looks up what happens after a fault.
   *
   * @param address the address of the instruction that faults
   * @return where execution goes on; empty if a fault there is none that is provided for
   */
  public OptionalLong exceptionFixup(long address) {
    return exceptions.fixup(address);
  }
}
