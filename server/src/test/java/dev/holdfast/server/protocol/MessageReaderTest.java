package dev.holdfast.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.protocol.ClientMessage.DispatchAction;
import dev.holdfast.server.protocol.ClientMessage.Hello;
import dev.holdfast.server.protocol.ClientMessage.ModuleName;
import dev.holdfast.server.protocol.ClientMessage.Refused;
import dev.holdfast.server.protocol.ClientMessage.SubscribeState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageReaderTest {

  private final MessageReader reader = new MessageReader(100);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'hello'}",
        "{'type':'hello','sessionId':null,'props':{'a':null},'persistKey':'x','later':[1]}"
      })
  void helloNeedsOnlyItsType(String text) {
    assertThat(read(text)).isEqualTo(new Hello(null, Map.of(), List.of(), false));
  }

  @Test
  void helloSaysSomethingOfTheClient() {
    assertThat(read("{'type':'hello','props':{'lang':'de','size':{'w':1},'n':7}}"))
        .isEqualTo(
            new Hello(null, Map.of("lang", "de", "size", "{\"w\":1}", "n", "7"), List.of(), false));
    assertThat(failure("{'type':'hello','props':{'a':'" + "x".repeat(8_192) + "'}}").message())
        .contains("props", "8192");
  }

  @Test
  void helloNamesModules() {
    assertThat(read("{'type':'hello','modules':['Chat',{'module':'Room','id':'r-7'}]}"))
        .isEqualTo(
            new Hello(
                null,
                Map.of(),
                List.of(new ModuleName("Chat", null), new ModuleName("Room", "r-7")),
                false));
  }

  @Test
  void aTokenThatCannotBeOursIsNone() {
    assertThat(read("{'type':'hello','sessionId':'" + "x".repeat(5_000) + "'}"))
        .isEqualTo(new Hello(null, Map.of(), List.of(), false));
  }

  @Test
  void subscribeIsRead() {
    assertThat(read("{'type':'subscribeState'}")).isEqualTo(new SubscribeState());
  }

  @Test
  void anActionIsRead() {
    DispatchAction action =
        action(
            "{'type':'dispatchAction','id':'c.1','module':'','action':'add','payload':{'by':2}}");
    assertThat(action.id()).isEqualTo("c.1");
    assertThat(action.module()).isEmpty();
    assertThat(String.valueOf(action.payload())).isEqualTo("{\"by\":2}");
  }

  @Test
  void numbersKeepTheirDigits() {
    DispatchAction action =
        action(
            "{'type':'dispatchAction','module':'','action':'a','payload':0.12345678901234567891}");
    assertThat(String.valueOf(action.payload())).isEqualTo("0.12345678901234567891");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'by':2,'__hypenAnimate':{'x':1}} | {\"by\":2}",
        "{'__hypenAnimate':true}           | null",
        "{}                                | {}",
        "null                              | null",
        "[{'__hypenAnimate':1}]            | [{\"__hypenAnimate\":1}]",
      },
      quoteCharacter = '"')
  void hintsAboutDrawingAreTakenOutOfThePayload(String given, String left) {
    DispatchAction action =
        action("{'type':'dispatchAction','module':'','action':'a','payload':" + given + "}");
    assertThat(String.valueOf(action.payload())).isEqualTo(left.replace("\\", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type':'hello','sessionId':7}                                  | sessionId",
        "{'type':'hello','props':[]}                                     | props",
        "{'type':'hello','modules':'Chat'}                               | modules",
        "{'type':'hello','modules':[7]}                                  | modules",
        "{'type':'hello','modules':['Chat','Chat']}                      | modules",
        "{'type':'hello','modules':[{'id':'x'}]}                         | module",
        "{'type':'dispatchAction','module':'','action':7}                | action",
        "{'type':'dispatchAction','module':''}                           | action",
        "{'type':'dispatchAction','action':'a'}                          | module",
        "{'type':'dispatchAction','module':'','action':'a','id':7}       | id",
        "{'type':'dispatchAction','module':'','action':'a','id':'a b'}   | id",
        "{'type':'dispatchAction','module':'','action':'a','instance':1} | instance",
        "{'type':'dispatchAction','module':'','action':'\\ud800'}        | action",
        "{'type':7}                                                      | type",
        "{'kind':'hello'}                                                | type",
        "{'type':'reboot'}                                               | reboot",
      })
  void aWrongFieldIsNamed(String text, String field) {
    assertThat(failure(text).code()).isEqualTo("bad-message");
    assertThat(failure(text).message()).contains("\"" + field + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{",
        "{'type':'hello'} {}",
        "[]",
        "7",
        "{'type':'hello','type':'hello'}"
      })
  void whatIsNoJsonObjectIsRefused(String text) {
    assertThat(failure(text).code()).isEqualTo("bad-message");
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    String text = "{'type':'dispatchAction','module':'','action':'a','payload':" + deep + "}";
    assertThat(failure(text).code()).isEqualTo("bad-message");
  }

  @Test
  void contentIsNotQuoted() {
    assertThat(failure("{'type':'hello','sessionId': secret}").message()).doesNotContain("secret");
  }

  @Test
  void writingStatePastTheActionsIsRefused() {
    assertThat(failure("{'type':'updateState','state':{}}").code()).isEqualTo("refused");
    Refused bind =
        (Refused) read("{'type':'dispatchAction','id':'c.1','module':'','action':'__hypen_bind'}");
    assertThat(bind.failure().code()).isEqualTo("refused");
    assertThat(bind.id()).isEqualTo("c.1");
  }

  @Test
  void tokensAndPayloadsAreNotInToString() {
    assertThat(read("{'type':'hello','sessionId':'secret'}").toString()).doesNotContain("secret");
    assertThat(
            read("{'type':'dispatchAction','module':'','action':'a','payload':'secret'}")
                .toString())
        .doesNotContain("secret");
  }

  private DispatchAction action(String text) {
    return (DispatchAction) read(text);
  }

  private Failure failure(String text) {
    return ((Refused) read(text)).failure();
  }

  private ClientMessage read(String text) {
    return reader.read(text.replace('\'', '"').getBytes(UTF_8));
  }
}
