package dev.holdfast.codec;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type whose JSON form is one text that says it exactly. Jackson reads several of these from
 * numbers too, and moves times to another zone; here what is written is what is read.
 */
record TextForm<T>(
    Class<T> type, boolean immutable, Function<T, String> write, Function<String, T> read) {

  static final List<TextForm<?>> ALL =
      List.of(
          plain(Instant.class, Instant::parse),
          plain(LocalDate.class, LocalDate::parse),
          plain(LocalTime.class, LocalTime::parse),
          plain(LocalDateTime.class, LocalDateTime::parse),
          plain(OffsetDateTime.class, OffsetDateTime::parse),
          plain(OffsetTime.class, OffsetTime::parse),
          plain(ZonedDateTime.class, ZonedDateTime::parse),
          plain(Duration.class, Duration::parse),
          plain(Period.class, Period::parse),
          plain(Year.class, text -> Year.of(Integer.parseInt(text))),
          plain(YearMonth.class, YearMonth::parse),
          plain(MonthDay.class, MonthDay::parse),
          plain(ZoneOffset.class, ZoneOffset::of),
          plain(ZoneId.class, ZoneId::of),
          plain(UUID.class, TextForm::uuid),
          plain(URI.class, URI::create),
          new TextForm<>(Locale.class, true, Locale::toLanguageTag, Locale::forLanguageTag),
          new TextForm<>(Currency.class, true, Currency::getCurrencyCode, Currency::getInstance),
          new TextForm<>(Date.class, false, d -> d.toInstant().toString(), TextForm::date),
          new TextForm<>(StringBuilder.class, false, StringBuilder::toString, StringBuilder::new));

  private static <T> TextForm<T> plain(Class<T> type, Function<String, T> read) {
    return new TextForm<>(type, true, Object::toString, read);
  }

  private static UUID uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("Not a UUID");
    }
    return uuid;
  }

  @SuppressWarnings("JavaUtilDate") // the user's choice of type
  private static Date date(String text) {
    return Date.from(Instant.parse(text));
  }

  /** Null where the type has no such form. */
  static @Nullable TextForm<?> of(Class<?> type) {
    for (TextForm<?> form : ALL) {
      if (form.type == type) {
        return form;
      }
    }
    return null;
  }
}
