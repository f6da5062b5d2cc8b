import ElevenLabs

/// `GET /v1/user/subscription`: the plan, and the credits used since the simulator started.
enum SubscriptionRoute {
    static func answer(_ account: Account) -> Answer {
        let isFree = account.configuration.plan == .free
        return .json([
            "tier": .string(account.configuration.plan.rawValue),
            "status": .string(isFree ? "free" : "active"),
            "character_count": .integer(account.creditsUsed),
            "character_limit": .integer(account.configuration.credits),
            "max_character_limit_extension": nil,
            "max_credit_limit_extension": 0,
            "can_extend_character_limit": false,
            "allowed_to_extend_character_limit": false,
            "next_character_count_reset_unix": nil,
            "voice_slots_used": 0,
            "professional_voice_slots_used": 0,
            "professional_voice_slots_used_in_workspace": 0,
            "voice_limit": 10,
            "max_voice_add_edits": nil,
            "voice_add_edit_counter": 0,
            "professional_voice_limit": 0,
            "can_extend_voice_limit": false,
            "can_use_instant_voice_cloning": false,
            "can_use_professional_voice_cloning": false,
            "currency": "usd",
            "current_overage": ["amount": "0", "currency": "usd"],
            "billing_period": .string("monthly_period"),
            "character_refresh_period": .string("monthly_period"),
            "open_invoices": [],
            "has_open_invoices": false,
            "next_invoice": nil,
            "pending_change": nil,
        ])
    }
}
