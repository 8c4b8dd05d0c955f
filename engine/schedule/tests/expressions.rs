//! When expressions are due, and which are refused.
#![allow(clippy::unwrap_used)]

use clock::Timestamp;
use schedule::{Expression, Schedule, Zone};

fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// The next `count` moments of an expression after `after`.
fn due(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let expression = Expression::of_schedule(expression).unwrap();
    let schedule = Schedule::new(expression, Zone::named(zone).unwrap(), moment(after));
    let next = |after: &Timestamp| schedule.next_after(*after);
    std::iter::successors(next(&moment(after)), next).take(count).map(Timestamp::to_rfc3339_seconds).collect()
}

fn days(expression: &str, after: &str, count: usize) -> Vec<String> {
    due(expression, "UTC", after, count).into_iter().map(|text| text[..10].to_owned()).collect()
}

#[test]
fn increments_ranges_and_lists_name_each_value_once() {
    let times = |expression: &str, count| {
        let all = due(expression, "UTC", "2026-11-20T23:58:30Z", count);
        all.into_iter().map(|text| text[8..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(times("cron(0/20 * * * ? *)", 4), ["21T00:00", "21T00:20", "21T00:40", "21T01:00"]);
    assert_eq!(times("cron(*/30 8-9 * * ? *)", 4), ["21T08:00", "21T08:30", "21T09:00", "21T09:30"]);
    assert_eq!(times("cron(5,35,5 14 * * ? *)", 3), ["21T14:05", "21T14:35", "22T14:05"]);
    assert_eq!(times("cron(1-31/30 1-1 * * ? *)", 3), ["21T01:01", "21T01:31", "22T01:01"]);
    assert_eq!(times("cron(0 22-1 * * ? *)", 4), ["21T00:00", "21T01:00", "21T22:00", "21T23:00"]);
    assert_eq!(times("cron(59 23 * * ? *)", 2), ["20T23:59", "21T23:59"]);
}

#[test]
fn days_of_the_week_count_from_sunday_and_wrap_round() {
    let after = "2026-11-20T12:00:00Z";
    assert_eq!(days("cron(0 2 ? * SAT *)", after, 2), ["2026-11-21", "2026-11-28"]);
    assert_eq!(days("cron(0 2 ? * 7 *)", after, 1), ["2026-11-21"]);
    assert_eq!(days("cron(0 2 ? * sat-sun *)", after, 3), ["2026-11-21", "2026-11-22", "2026-11-28"]);
    assert_eq!(days("cron(0 2 ? * L *)", after, 1), ["2026-11-21"]);
}

#[test]
fn the_nth_and_the_last_day_of_the_week_are_those_of_the_month() {
    assert_eq!(days("cron(0 2 ? * SAT#3 *)", "2026-11-01T00:00:00Z", 2), ["2026-11-21", "2026-12-19"]);
    let fifth = ["2026-12-31", "2027-04-29", "2027-07-29"];
    assert_eq!(days("cron(0 0 ? * 5#5 *)", "2026-11-01T00:00:00Z", 3), fifth, "a month without a fifth is passed over");
    assert_eq!(days("cron(15 10 ? * 6L 2026-2027)", "2026-11-01T00:00:00Z", 2), ["2026-11-27", "2026-12-25"]);
}

#[test]
fn the_last_day_and_the_29th_of_february_follow_the_calendar() {
    let last = ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"];
    assert_eq!(days("cron(0 0 L * ? *)", "2027-12-01T00:00:00Z", 4), last);
    let leap = ["2028-02-29", "2032-02-29", "2036-02-29"];
    assert_eq!(days("cron(0 12 29 2 ? *)", "2026-11-21T00:00:00Z", 3), leap);
    assert_eq!(days("cron(0 12 29 FEB ? *)", "2096-03-01T00:00:00Z", 1), ["2104-02-29"], "2100 has none");
}

#[test]
fn the_nearest_workday_stays_within_its_month() {
    // 15 August 2026 is a Saturday, 15 November 2026 a Sunday.
    assert_eq!(days("cron(0 0 15W 8 ? 2026)", "2026-08-01T00:00:00Z", 1), ["2026-08-14"]);
    assert_eq!(days("cron(0 0 15W 11 ? 2026)", "2026-08-01T00:00:00Z", 1), ["2026-11-16"]);
    assert_eq!(days("cron(0 0 1W 8 ? 2026)", "2026-07-01T00:00:00Z", 1), ["2026-08-03"], "not in July");
    assert_eq!(days("cron(0 0 31W 1 ? 2027)", "2026-08-01T00:00:00Z", 1), ["2027-01-29"], "not in February");
    assert_eq!(days("cron(0 0 31W * ? *)", "2026-11-01T00:00:00Z", 1), ["2026-12-31"], "November has no 31st");
    assert_eq!(days("cron(0 0 LW * ? *)", "2026-10-01T00:00:00Z", 2), ["2026-10-30", "2026-11-30"]);
}

#[test]
fn years_that_are_over_leave_nothing_due() {
    assert_eq!(days("cron(15 10 ? * 6L 2002-2005)", "2026-11-21T00:00:00Z", 1), Vec::<String>::new());
    assert_eq!(days("cron(0 0 31 2 ? *)", "2026-11-21T00:00:00Z", 1), Vec::<String>::new());
    assert_eq!(days("at(2026-11-20T00:00:00)", "2026-11-21T00:00:00Z", 1), Vec::<String>::new());
}

#[test]
fn in_spring_a_time_that_clocks_pass_over_is_skipped() {
    // Berlin: 29 March 2026, 02:00 becomes 03:00. New York: 8 March.
    let berlin = due("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-27T12:00:00Z", 3);
    assert_eq!(berlin, ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"]);
    let new_york = due("cron(30 2 * * ? *)", "America/New_York", "2026-03-06T12:00:00Z", 3);
    assert_eq!(new_york, ["2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z"]);
    let around = due("cron(0/30 * * * ? *)", "Europe/Berlin", "2026-03-29T00:15:00Z", 3);
    assert_eq!(around, ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"]);
}

#[test]
fn in_autumn_a_time_that_clocks_show_twice_is_due_once() {
    // Berlin: 25 October 2026, 03:00 becomes 02:00. New York: 1 November, 02:00 becomes 01:00.
    let berlin = due("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
    assert_eq!(berlin, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    let new_york = due("cron(30 1 * * ? *)", "America/New_York", "2026-10-31T12:00:00Z", 2);
    assert_eq!(new_york, ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]);
    // Asked within the second pass, it is not due again.
    let second = due("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:10:00Z", 1);
    assert_eq!(second, ["2026-10-26T01:30:00Z"]);
}

#[test]
fn a_rate_is_counted_from_its_moment_in_steps_of_the_same_length() {
    let expression = Expression::of_schedule("rate(1 days)").unwrap();
    let from = moment("2026-03-28T12:00:30Z");
    let schedule = Schedule::new(expression, Zone::named("Europe/Berlin").unwrap(), from);
    assert_eq!(schedule.next_after(moment("2026-03-01T00:00:00Z")), Some(from));
    assert_eq!(schedule.next_after(from), Some(moment("2026-03-29T12:00:30Z")), "24 hours, though the day has 23");
    assert_eq!(schedule.next_after(moment("2026-04-05T00:00:00Z")), Some(moment("2026-04-05T12:00:30Z")));
}

#[test]
fn a_time_that_is_due_once_is_local_and_never_lost() {
    assert_eq!(due("at(2026-07-01T09:00:05)", "Europe/Berlin", "2026-01-01T00:00:00Z", 2), ["2026-07-01T07:00:05Z"]);
    assert_eq!(due("at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z", 2), ["2026-03-29T01:30:00Z"]);
    assert_eq!(due("at(2026-10-25T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z", 2), ["2026-10-25T00:30:00Z"]);
}

/// Refused by rules and schedules alike, recorded on AWS but for the last lines.
const INVALID: &[&str] = &[
    "cron(0 1 * * * *)",
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron()",
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10)",
    "rate(10 minutess)",
    "rate(foo minutes)",
    "rate(0 minutes)",
    "rate(-10 minutes)",
    "rate(10 MINUTES)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "",
    "daily",
    "rate(+1 minute)",
    "cron(0 1 ? * ? *)",
    "cron(0 0 1 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0/0 1 * * ? *)",
    "cron(0 1 0 * ? *)",
    "cron(0 1 32 * ? *)",
    "cron(0 1 * 13 ? *)",
    "cron(0 1 ? * 0 *)",
    "cron(0 1 ? * 8 *)",
    "cron(0 1 ? * MON#6 *)",
    "cron(0 1 ? * 3#1,6#3 *)",
    "cron(0 1 ? * -1 *)",
    "cron(0 1 * * ? 1969)",
    "cron(0 1 * * ? 2027-2026)",
    "cron(0 1 1,15W * ? *)",
    "cron(? 1 1 * ? *)",
    "cron(0, 1 1 * ? *)",
];

#[test]
fn what_is_no_expression_is_refused_with_the_texts_of_aws() {
    for text in INVALID {
        let refused = Expression::of_rule(text).expect_err(text);
        assert_eq!(refused.to_string(), "Parameter ScheduleExpression is not valid.");
        let refused = Expression::of_schedule(text).expect_err(text);
        assert_eq!(refused.to_string(), format!("Invalid Schedule Expression {text}."));
    }
    for text in ["at(2021-12-31T23:59:59Z)", "at(2021-12-31)", "at(2026-02-29T00:00:00)", "at(2026-01-01T24:00:00)"] {
        assert!(Expression::of_schedule(text).is_err(), "{text}");
    }
    let refused = Zone::named("Europe/Atlantis").unwrap_err();
    assert_eq!(refused.to_string(), "Invalid Schedule Expression Timezone Europe/Atlantis.");
}

#[test]
fn only_rules_want_units_to_agree_and_a_year_and_only_schedules_have_times() {
    assert!(Expression::of_rule("cron(0 1 * * ?)").is_err());
    assert_eq!(
        days("cron(0 1 * * ?)", "2026-01-01T00:00:00Z", 1),
        days("cron(0 1 * * ? *)", "2026-01-01T00:00:00Z", 1)
    );
    assert!(Expression::of_schedule("cron(0 1 * ?)").is_err());
    for text in ["rate(1 minutes)", "rate(10 hour)", "rate(1 days)"] {
        assert!(Expression::of_rule(text).is_err(), "{text}");
        assert!(Expression::of_schedule(text).is_ok(), "{text}");
    }
    assert!(Expression::of_rule("rate(1 hour)").is_ok());
    assert!(Expression::of_rule("at(2026-11-21T00:00:00)").is_err());
}
