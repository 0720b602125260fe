package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's page in a real Chromium, against the demo in a process of its own. */
final class PageTest {

  private static final String PLUS_1 = "#counter [data-by='1']";

  @TempDir static Path browsers;

  @SuppressWarnings("NullAway.Init") // made before all
  private static Chromium chromium;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // made before each
  private DemoProcess demo;

  @SuppressWarnings("NullAway.Init") // made before each
  private Relay relay;

  private final List<BrowserPage> pages = new ArrayList<>();

  private int port;

  @BeforeAll
  static void startBrowser() throws IOException {
    chromium = Chromium.start(browsers);
  }

  @AfterAll
  static void stopBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    demo = DemoProcess.launch(folder, 0);
    port = demo.port();
    relay = new Relay(port);
  }

  @AfterEach
  void stop() throws IOException {
    relay.close();
    demo.close();
    List<String> faults = pages.stream().flatMap(page -> page.faults().stream()).toList();
    pages.forEach(BrowserPage::close);
    assertThat(faults).as("what pages threw, or their policy forbade").isEmpty();
  }

  /** A page of a new visitor, live. */
  private BrowserPage open() {
    return open(chromium.profile());
  }

  private BrowserPage open(Chromium.Profile profile) {
    BrowserPage page = profile.open("http://localhost:%d/".formatted(relay.port()));
    pages.add(page);
    live(page);
    return page;
  }

  private static void live(BrowserPage page) {
    page.until("document.querySelector('#status').dataset.status === 'live'");
    page.until("document.querySelector('#count').textContent !== '–'");
  }

  private static void offline(BrowserPage page) {
    page.until("document.querySelector('#status').dataset.status === 'offline'");
  }

  private static void counts(BrowserPage page, int count) {
    page.untilText("#count", "" + count);
  }

  private static void click(BrowserPage page, int times) {
    for (int i = 0; i < times; i++) {
      page.click(PLUS_1);
    }
  }

  private static void allIsSafe(BrowserPage page) {
    page.until("document.querySelectorAll('[data-is=saving]').length === 0");
  }

  @Test
  void aReloadKeepsTheCounterAndAnotherWindowHasItsOwn() {
    Chromium.Profile profile = chromium.profile();
    BrowserPage page = open(profile);
    click(page, 3);
    counts(page, 3);
    page.reload();
    live(page);
    counts(page, 3);
    BrowserPage second = open(profile);
    counts(second, 0);
    click(second, 1);
    counts(second, 1);
    counts(page, 3);
  }

  @Test
  @DisplayName(
      "a duplicated tab has a session of its own, and its twin keeps its own over a reload")
  void aDuplicatedTabDoesNotTakeTheSession() {
    Chromium.Profile profile = chromium.profile();
    BrowserPage page = open(profile);
    click(page, 2);
    counts(page, 2);
    // A page opened by another one gets a copy of its sessionStorage, as a duplicate does.
    page.look("void window.open(location.href)");
    BrowserPage twin = profile.openedBy(page);
    pages.add(twin);
    live(twin);
    counts(twin, 0);
    click(twin, 1);
    counts(twin, 1);
    page.front();
    page.reload();
    live(page);
    counts(page, 2);
    twin.front();
    twin.reload();
    live(twin);
    counts(twin, 1);
  }

  @Test
  @DisplayName("hazard 46, K6: two windows share the chat")
  void twoWindowsShareTheChat() {
    BrowserPage ada = open();
    BrowserPage bob = open();
    ada.type("#say [name=from]", "Ada");
    ada.enter("#say [name=text]", "hello");
    bob.untilText("#messages li:last-child", "Adahello");
    bob.type("#say [name=from]", "Bob");
    bob.enter("#say [name=text]", "<b>hi</b>");
    ada.untilText("#messages li:last-child", "Bob<b>hi</b>");
    bob.enter("#say [name=text]", "at length ".repeat(40));
    ada.until("document.querySelectorAll('#messages li').length === 3");
    bob.enter("#say [name=text]", "bye");
    ada.untilText("#messages li:last-child", "Bobbye");
    assertThat(ada.received()).as("the server tells what changed").contains("statePatch");
    bob.reload();
    bob.untilText("#messages li:first-child", "Adahello");
    assertThat(bob.look("document.querySelectorAll('#messages li').length").asInt()).isEqualTo(4);
  }

  @Test
  void whatIsDoneOfflineIsDeliveredOnceTheNetworkIsBack() {
    BrowserPage page = open();
    click(page, 2);
    counts(page, 2);
    relay.cut();
    offline(page);
    click(page, 3);
    page.until("document.querySelectorAll('[data-is=saving]').length > 0");
    assertThat(page.text("#count")).isEqualTo("2");
    relay.mend();
    live(page);
    counts(page, 5);
    allIsSafe(page);
  }

  @Test
  @DisplayName(
      "A6: what is done while the browser says it is offline waits, is shown as not yet safe, and"
          + " counts once when it is online again")
  void whatIsDoneWhileTheBrowserIsOfflineCountsOnce() {
    BrowserPage page = open();
    click(page, 2);
    counts(page, 2);
    allIsSafe(page);
    page.network(false);
    offline(page);
    click(page, 3);
    page.until("document.querySelectorAll('#counter [data-is=saving]').length === 3");
    assertThat(page.text("#count")).isEqualTo("2");
    page.network(true);
    live(page);
    counts(page, 5);
    allIsSafe(page);
    page.reload();
    live(page);
    counts(page, 5);
  }

  @Test
  void whatIsRefusedOnceTheNetworkIsBackIsSaid() {
    BrowserPage page = open();
    page.enter("#login [name=name]", "Ada");
    page.untilText("#who", "Ada");
    relay.cut();
    offline(page);
    page.click("#logout");
    page.enter("#add [name=title]", "too late");
    relay.mend();
    page.untilText(
        "#outage-text", "1 of your 2 actions are safe on disk. The panels show the others.");
    page.until(
        "document.querySelector('#todos [data-is=refused]').title.startsWith('add: too late')");
  }

  @Test
  @DisplayName("hazard 31, A6: the server is killed in the middle of 100 clicks, each counts once")
  void aKillInTheMiddleOf100ClicksLosesAndDoublesNone() throws Exception {
    BrowserPage page = open();
    click(page, 40);
    page.click("#counter [data-times='25']");
    demo.kill(); // with a burst on its way
    click(page, 35);
    demo = DemoProcess.launch(folder, port);
    demo.port();
    counts(page, 100);
    allIsSafe(page);
    page.reload();
    live(page);
    counts(page, 100);
  }

  @Test
  @DisplayName("hazard 49, K6: the same user in another browser finds the same to-dos")
  void aSecondProfileLoggedInShowsTheSameTodos() {
    BrowserPage laptop = open();
    laptop.enter("#login [name=name]", "Ada");
    laptop.untilText("#who", "Ada");
    laptop.enter("#add [name=title]", "Water the kelp");
    laptop.untilText("#list li", "Water the kelp");
    BrowserPage phone = open();
    phone.enter("#login [name=name]", "ada");
    phone.untilText("#list li", "Water the kelp");
    phone.click("#list li label");
    laptop.until("document.querySelector('#list input').checked");
    laptop.click("#logout");
    laptop.until("document.querySelector('#account').hidden");
    phone.enter("#add [name=title]", "Still here");
    phone.untilText("#list li:last-child", "Still here");
    assertThat(laptop.look("document.querySelectorAll('#list li').length").asInt()).isZero();
  }

  @Test
  @DisplayName("A6: a reload with unacknowledged actions, which the server had, counts each once")
  void aReloadDeliversOnceWhatWasAppliedWithoutAWord() {
    BrowserPage page = open();
    click(page, 1);
    counts(page, 1);
    relay.swallow(Relay.Way.REPLIES);
    click(page, 5);
    page.until("document.querySelectorAll('#counter [data-is=saving]').length > 0");
    page.reload();
    live(page);
    counts(page, 6);
    page.untilText(
        "#outage-text", "Your 5 actions are safe on disk: each applied once, none lost.");
    assertThat(page.look("document.querySelectorAll('#counter [data-is=safe]').length").asInt())
        .isPositive();
    click(page, 1);
    counts(page, 7);
  }

  @Test
  @DisplayName(
      "A6: a reload with unacknowledged actions, which the server never had, counts each once")
  void aReloadDeliversWhatNeverArrived() {
    BrowserPage page = open();
    relay.swallow(Relay.Way.REQUESTS);
    click(page, 5);
    page.reload();
    live(page);
    counts(page, 5);
    allIsSafe(page);
    page.reload();
    live(page);
    counts(page, 5);
  }
}
