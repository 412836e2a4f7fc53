package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationKeysTest {

  private @interface Config {
    String signatures() default "";

    boolean mayForce() default false;
  }

  private static Optional<String> unknown(Map<String, Object> properties) {
    return ConfigurationKeys.unknown(properties, Config.class);
  }

  @Test
  void unknown_ofKnownKeysAndThoseOfTheFramework_isNone() {
    assertEquals(
        Optional.empty(),
        unknown(
            Map.of(
                "signatures",
                "REFUSE",
                "mayForce",
                true,
                "service.pid",
                "x",
                "component.id",
                1L,
                "felix.fileinstall.filename",
                "f",
                "$001.target",
                "(jit.target=host)",
                ".secret",
                "s")));
  }

  @Test
  void unknown_namesTheKeyAndThoseThatAreKnown() {
    assertEquals(
        Optional.of("the key signature is not known; known are mayForce, signatures"),
        unknown(Map.of("signature", "REFUSE", "service.pid", "x")));
    assertEquals(
        Optional.of("the key may.force is not known; known are mayForce, signatures"),
        unknown(Map.of("may.force", false)));
  }
}
