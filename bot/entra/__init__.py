"""Microsoft Entra ID, read through Microsoft Graph: the only room with msal and httpx."""
