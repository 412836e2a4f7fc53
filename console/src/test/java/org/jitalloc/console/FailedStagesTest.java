package org.jitalloc.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailedStagesTest {

  @ParameterizedTest
  @CsvSource({
    "'gogo: X: y', true",
    "'a|gogo: X: y', true",
    "'a|b', false",
    "' gogo: X', false",
    "'gogo ', false",
    "'ggogo: ', false",
    "'gogo:|gogo: ', true",
  })
  void mark_atTheStartOfALineOnly(String lines, boolean failed) throws IOException {
    byte[] text = lines.replace('|', '\n').getBytes(StandardCharsets.US_ASCII);
    var out = new ByteArrayOutputStream();
    try (var stages = new FailedStages(out)) {
      stages.write(text, 0, text.length);
      assertEquals(failed, stages.anyFailed());
    }
    assertEquals(new String(text, StandardCharsets.US_ASCII), out.toString());
  }

  @Test
  void mark_inPieces_isSeen() throws IOException {
    try (var stages = new FailedStages(new ByteArrayOutputStream())) {
      for (byte b : "gogo: ".getBytes(StandardCharsets.US_ASCII)) {
        stages.write(b);
      }
      assertEquals(true, stages.anyFailed());
    }
  }
}
