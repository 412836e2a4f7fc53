package org.jitalloc.arch.toy;

import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.EncoderTck;
import org.jitalloc.arch.tck.ParametersTck;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.SiteTrampolinesTck;
import org.jitalloc.arch.tck.TextPokeTck;
import org.jitalloc.arch.tck.TracersTck;

/** Mistakes in an architecture, each with the test that has to find it. */
enum Flaw {
  NONE(Object.class, ""),

  END_IS_INCLUSIVE(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  FALLBACK_INSIDE_RANGE(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  TEXT_IS_WRITABLE(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  RANGE_CUTS_THE_IMAGE(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  PARAMS_ARE_DRAWN_ANEW(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  ALIGNED_TO_LESS_THAN_AN_INSTRUCTION(ParametersTck.class, "kernel_anySeed_paramsAreSane"),
  KASLR_DOES_NOTHING(ParametersTck.class, "kernel_withKaslr_isManyPlaces_oneForASeed"),
  SEED_WITHOUT_KASLR(ParametersTck.class, "kernel_withoutKaslr_isAlwaysTheSame"),
  MODULES_OUT_OF_REACH(ParametersTck.class, "modules_reachTheKernelAndEachOther"),
  DATA_FAR_FROM_TEXT(ParametersTck.class, "modules_reachTheKernelAndEachOther"),
  PROCESS_BEYOND_THE_WINDOW(ParametersTck.class, "process_everythingIsInTheWindow"),
  NO_NAME(ParametersTck.class, "description_isSane"),

  FILL_HAS_A_NOP(CodeBytesTck.class, "trapFill_enteredAnywhere_traps"),
  FILL_OF_THREE_WORDS(CodeBytesTck.class, "trapFill_isAPatternOfWholeInstructionUnits"),
  FILL_IS_SHARED(CodeBytesTck.class, "trapFill_isAPatternOfWholeInstructionUnits"),
  PROBE_DIFFERS_LATE(CodeBytesTck.class, "returnConstant_differsInItsFirstInstructionAlone"),
  PROBE_IGNORES_THE_NUMBER(CodeBytesTck.class, "returnConstant_differsInItsFirstInstructionAlone"),
  FLUSH_IS_NO_CODE(CodeBytesTck.class, "cacheFlush_isCode"),
  HANDLER_WITHOUT_TABLE(CodeBytesTck.class, "trapHandler_isCodeForItsTable"),
  RECORDS_OF_TEN_BYTES(CodeBytesTck.class, "trapHandler_isCodeForItsTable"),

  OPERANDS_SWAPPED(EncoderTck.class, "everyInstruction_randomOperands_sameBytesAsTheAssembler"),
  INSTRUCTION_TOO_LONG(EncoderTck.class, "everyInstruction_randomOperands_sameBytesAsTheAssembler"),

  NO_SYNC_AT_THE_END(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  NO_SYNC_BEHIND_TRAPS(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  ALWAYS_AT_ONCE(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  BYTE_BY_BYTE(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  TRAPS_WITHOUT_RECORDS(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  SHORT_RECORDS(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  FORGETS_THE_LAST_SITE(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  SYNCS_FOR_EACH_SITE(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  RACY_PAIR(TextPokeTck.class, "plan_anyBatch_showsOldNewOrTrap"),
  REFUSES_CALLS(TextPokeTck.class, "plan_eachOfNopJumpAndCall_intoEachOther"),
  FAR_JUMP_IS_CUT_OFF(TextPokeTck.class, "encode_atTheEndsOfTheReach_orIsRefused"),
  RAW_IS_CHANGED(TextPokeTck.class, "encode_raw_isItself"),

  FEATURE_IS_ASSUMED(BpfGeneratorTck.class, "code_everySetOfFeatures_hasOnlyInstructionsOfIt"),
  FEATURE_IS_IGNORED(BpfGeneratorTck.class, "code_everySetOfFeatures_hasOnlyInstructionsOfIt"),
  HALF_INSTRUCTION_OFFSETS(
      BpfGeneratorTck.class, "code_everySetOfFeatures_hasOnlyInstructionsOfIt"),
  DATA_AMONG_CODE(BpfGeneratorTck.class, "code_everySetOfFeatures_hasOnlyInstructionsOfIt"),
  STEPS_ARE_NOT_COUNTED(BpfGeneratorTck.class, "code_thatCountsSteps_hasNoStopSites"),
  NO_STOP_SITES(BpfGeneratorTck.class, "code_isDescribedAsItIs"),
  NO_PATCH_SITE(BpfGeneratorTck.class, "code_isDescribedAsItIs"),
  NO_CALL_SITE(BpfGeneratorTck.class, "callSite_standsBehindThePatchSite_ifItIsWanted"),
  OFFSETS_BEFORE_THE_CODE(BpfGeneratorTck.class, "code_isDescribedAsItIs"),
  ONLY_LITTLE_ENDIAN(
      BpfGeneratorTck.class, "generator_isOfItsArchitecture_andCompilesItsByteOrder"),
  CODE_IS_DRAWN_ANEW(BpfGeneratorTck.class, "code_isAPureFunctionOfTheProgram"),

  CALLS_THE_NEXT_WORD(CallSitesTck.class, "site_wholeLife_isWhatTheAssemblerMakes"),
  DISABLES_WHAT_IS_DISABLED(CallSitesTck.class, "sites_changedInOneBatch_byAFewSyncs"),
  FAR_TRACER_IS_CUT_OFF(CallSitesTck.class, "site_atTheEndsOfTheReach_orIsRefused"),
  EVERYTHING_IS_A_SITE(CallSitesTck.class, "whatIsNoSite_isRefused"),
  LOOKS_AT_TOO_LITTLE(CallSitesTck.class, "sizes_areThoseOfInstructions"),

  SLOT_OF_THE_NEIGHBOUR(SiteTrampolinesTck.class, "code_isWhatTheAssemblerMakes"),
  OFF_GOES_THERE_TOO(SiteTrampolinesTck.class, "sites_areWhatTheAssemblerMakes_andWereReady"),
  SWITCHED_OVER_A_TRAP(SiteTrampolinesTck.class, "sitesThatAreLinked_areSwitchedByOneStoreEach"),
  FAR_TRAMPOLINE_IS_CUT_OFF(SiteTrampolinesTck.class, "whatIsTooFarAway_isRefused"),
  TRAMPOLINES_OF_THREE_WORDS(SiteTrampolinesTck.class, "length_isAPowerOfTwo"),

  CLOCK_IS_A_NUMBER(TracersTck.class, "functionsOfTheMachine_areWhatTheAssemblerMakes"),
  TRACER_ENDS_WITH_DATA(
      TracersTck.class, "allInstructions_areKnown_butTheTrapBehindAReturnThatNobodyAwaits"),
  ENTRY_IS_AMIDST_A_WORD(
      TracersTck.class, "allInstructions_areKnown_butTheTrapBehindAReturnThatNobodyAwaits"),
  CALLBACKS_ARE_FORGOTTEN(
      TracersTck.class, "allInstructions_areKnown_butTheTrapBehindAReturnThatNobodyAwaits"),
  ADDRESS_IS_COUNTED_OUT(TracersTck.class, "length_hardlyDependsOnThePlace"),

  FLAGS_COME_FIRST(ProbesTck.class, "registers_haveNamesOfTheirOwn_theStackPointerAndFlagsFirst"),
  BRANCH_IS_COPIED(ProbesTck.class, "detour_doesWhatTheInstructionDoes"),
  NOTHING_IS_CALLED_BEHIND(ProbesTck.class, "detourWithTwoHandlers_callsThemInOrder"),
  ONE_COUNTER_IS_ENOUGH(ProbesTck.class, "detourThatCounts_addsToNumbersFirst"),
  RETURN_IS_LOST(ProbesTck.class, "placeOfReturn_goesWhereTheHandlerSays"),
  FAR_DETOUR_IS_CUT_OFF(ProbesTck.class, "tooFarAway_isRefused"),
  TRAPS_ARE_PROBED(ProbesTck.class, "instructions_areRefused_orNot"),
  WORDS_BEGIN_ANYWHERE(ProbesTck.class, "function_hasTheInstructionsThatTheDisassemblerSees"),
  DETOUR_IS_LONGER_ABOVE(ProbesTck.class, "anyInstruction_isRefused_orHasADetourThatIsKnown"),
  ENTRY_SAVES_NOTHING(ProbesTck.class, "entry_isMadeOfInstructionsThatAreKnown");

  /** The present flaw of the toy. The tests of flaws set it, one after the other. */
  private static volatile Flaw current = NONE;

  final Class<?> tck;
  final String test;

  Flaw(Class<?> tck, String test) {
    this.tck = tck;
    this.test = test;
  }

  boolean is() {
    return current == this;
  }

  static void set(Flaw flaw) {
    current = flaw;
  }
}
