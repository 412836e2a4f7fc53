package org.jitalloc.kprobes.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.kprobes.ProbeAt;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.text.CallSiteLender.Loan;
import org.jspecify.annotations.Nullable;

/** Makes probes and their places, or says why there can be none. Used under the lock. */
final class NewProbes {
  private final LocalKprobes owner;
  private final JitAllocator allocator;
  private final KnownTexts texts;
  private final Map<Long, Place> places;
  private final Borrowing borrowing;

  NewProbes(
      LocalKprobes owner,
      JitAllocator allocator,
      KnownTexts texts,
      Map<Long, Place> places,
      Borrowing borrowing) {
    this.owner = owner;
    this.allocator = allocator;
    this.texts = texts;
    this.places = places;
    this.borrowing = borrowing;
  }

  /** The probes of a batch, none of which is armed yet: all or none. */
  List<LiveProbe> make(List<ProbeAt> requests, List<@Nullable Loan> loans) {
    List<LiveProbe> probes = new ArrayList<>();
    Map<Long, Place> found = new HashMap<>();
    try {
      for (int i = 0; i < requests.size(); i++) {
        ProbeRequest request = requests.get(i).request();
        Place place = place(requests.get(i).address(), loans.get(i), found);
        if (request.after() != null && !place.isStraight()) {
          throw new ProbeRefusedException(
              Reason.WRONG_KIND,
              "nothing can be called behind the instruction at 0x%x (%s): it may go elsewhere"
                  .formatted(place.address(), place.name()));
        }
        probes.add(probe(place, request, loans.get(i)));
      }
      return probes;
    } catch (RuntimeException refused) {
      probes.forEach(LiveProbe::endCounting);
      loans.forEach(borrowing::noMore);
      throw refused;
    }
  }

  private LiveProbe probe(Place place, ProbeRequest request, @Nullable Loan loan) {
    boolean counts = request.before() == null && request.after() == null;
    return new LiveProbe(owner, place, request, counts ? new Counter(allocator) : null, loan);
  }

  /** The probe of the returns of a function, not armed yet. */
  LiveProbe make(long address, ReturnProbeRequest request, List<@Nullable Loan> loans) {
    try {
      Place place = place(address, loans.getFirst(), new HashMap<>());
      if (place.functionOffset() != 0) {
        throw new ProbeRefusedException(
            Reason.WRONG_KIND,
            "returns are probed at the start of a function: 0x%x is %s"
                .formatted(address, place.name()));
      }
      return new LiveProbe(owner, place, request, loans.getFirst());
    } catch (RuntimeException refused) {
      loans.forEach(borrowing::noMore);
      throw refused;
    }
  }

  /** The text that an address is in, or null. */
  @Nullable JitMemory text(long address) {
    ProbedText text = texts.at(address);
    return text == null ? null : text.memory();
  }

  /** The place of an instruction, old or found in this batch, or why there can be none. */
  private Place place(long address, @Nullable Loan loan, Map<Long, Place> found) {
    Place known = places.getOrDefault(address, found.get(address));
    if (known == null) {
      known = texts.read(texts.find(address), address, loan == null ? null : loan.idle());
      found.put(address, known);
    }
    if (loan != null && !known.isLent()) {
      int bytes = loan.idle().length;
      known.does(
          known.state() == Place.State.UNARMED
              ? known.text().memory().read(known.offset(), bytes)
              : known.original(bytes));
    }
    return known;
  }
}
