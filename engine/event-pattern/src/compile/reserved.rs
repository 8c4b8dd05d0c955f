//! Names that no field may have below `$or`.

/// Whether a field below `$or` may not be called that: the operators of today and those that AWS keeps for later.
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "exactly"
            | "equals-ignore-case"
            | "prefix"
            | "suffix"
            | "anything-but"
            | "exists"
            | "wildcard"
            | "numeric"
            | "cidr"
            | "="
            | "<"
            | "<="
            | ">"
            | ">="
            | "regex"
            | "not-wildcard"
            | "not-equals-ignore-case"
            | "date-after"
            | "date-on-or-after"
            | "date-before"
            | "date-on-or-before"
            | "in-date-range"
            | "ip-address-in-range"
            | "ip-address-not-in-range"
    )
}
