package org.jitalloc.kmod.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The modules that the kernel's developers saw loaded several times, with their sizes in Debian 12
 * (6.1.0-50-amd64), and the devices that request them.
 */
final class ModuleSet {
  /** The modules that match the alias of a processor. */
  private static final List<String> OF_PROCESSOR =
      List.of(
          "crc32c_intel",
          "crc32_pclmul",
          "aesni_intel",
          "sha512_ssse3",
          "ghash_clmulni_intel",
          "crct10dif_pclmul",
          "kvm_intel");

  private static final List<Devices> DEVICES =
      List.of(
          new Devices("virtio_pci", 4),
          new Devices("nvme", 4),
          new Devices("serio_raw", 2),
          new Devices("evdev", 3));

  /** Other devices than processors: their driver and number. */
  private record Devices(String driver, int count) {}

  private final Map<String, SimulatedModule> modules = new HashMap<>();

  ModuleSet() {
    add("crc64", 10_177, 16_384, 4_096);
    add("crc64_rocksoft", 14_113, 24_576, 8_192, "crc64");
    add("crc32c_intel", 29_217, 24_576, 12_288);
    add("crc32_pclmul", 13_049, 20_480, 8_192);
    add("virtio", 32_241, 20_480, 4_096);
    add("virtio_ring", 70_321, 32_768, 16_384);
    add("virtio_pci_legacy_dev", 16_329, 12_288, 4_096);
    add("virtio_pci_modern_dev", 31_609, 12_288, 4_096);
    add(
        "virtio_pci",
        61_945,
        28_672,
        12_288,
        "virtio",
        "virtio_ring",
        "virtio_pci_legacy_dev",
        "virtio_pci_modern_dev");
    add("t10_pi", 26_105, 12_288, 4_096, "crc64_rocksoft");
    add("nvme_core", 381_689, 131_072, 65_536, "t10_pi");
    add("nvme", 129_169, 57_344, 28_672, "nvme_core");
    add("serio_raw", 25_193, 24_576, 8_192);
    add("evdev", 46_401, 36_864, 16_384);
    add("cryptd", 47_953, 28_672, 12_288);
    add("crypto_simd", 22_257, 12_288, 4_096, "cryptd");
    add("aesni_intel", 535_177, 356_352, 331_776, "crypto_simd");
    add("sha512_generic", 17_937, 20_480, 8_192);
    add("sha512_ssse3", 62_841, 53_248, 36_864, "sha512_generic");
    add("ghash_clmulni_intel", 20_217, 20_480, 8_192, "cryptd");
    add("crct10dif_pclmul", 14_113, 20_480, 8_192);
    add("irqbypass", 15_969, 16_384, 4_096);
    add("kvm", 2_376_201, 864_256, 442_368, "irqbypass");
    add("kvm_intel", 997_401, 360_448, 233_472, "kvm");
  }

  private void add(String name, long fileBytes, long memoryBytes, long textBytes, String... needs) {
    modules.put(name, new SimulatedModule(name, fileBytes, memoryBytes, textBytes, List.of(needs)));
  }

  /** {@return the number of modules} */
  int size() {
    return modules.size();
  }

  /** {@return the modules that each device of a machine requests, in the order of their loads} */
  List<List<SimulatedModule>> requests(int vcpus) {
    List<List<SimulatedModule>> requests = new ArrayList<>();
    DEVICES.forEach(
        device ->
            requests.addAll(
                Collections.nCopies(device.count(), inOrder(List.of(device.driver())))));
    for (int i = 0; i < vcpus; i++) {
      requests.add(inOrder(OF_PROCESSOR));
    }
    return requests;
  }

  private List<SimulatedModule> inOrder(List<String> names) {
    SequencedSet<SimulatedModule> order = new LinkedHashSet<>();
    names.forEach(name -> addTo(order, name));
    return List.copyOf(order);
  }

  private void addTo(SequencedSet<SimulatedModule> order, String name) {
    SimulatedModule module = modules.get(name);
    if (module == null) {
      throw new IllegalArgumentException("there is no module " + name);
    }
    module.needs().forEach(need -> addTo(order, need));
    order.add(module);
  }
}
